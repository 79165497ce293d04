/** Small real files for the content types that are no picture: each says in its bytes which binary it is. */
import { crc32 } from 'node:zlib';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

const uint32 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => void buffer.writeUInt32LE(value >>> 0, i * 4));
  return buffer;
};

const uint16 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => void buffer.writeUInt16LE(value, i * 2));
  return buffer;
};

const padded = (bytes: Buffer, to: number, fill: string): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to, fill)]);

/** One page with one line. */
export const pdf = (label: string): Buffer => {
  const line = `BT /F1 14 Tf 40 780 Td (${label}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${line.length} >>\nstream\n${line}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return text(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}${trailer}`);
};

/** A quarter of a second of a quiet tone, mono, eight bits; the label is the title in the INFO list. */
export const wav = (label: string): Buffer => {
  const rate = 8000;
  const samples = Buffer.from(
    Array.from({ length: rate / 4 }, (_, i) => 128 + Math.round(20 * Math.sin((i * 2 * Math.PI * 440) / rate))),
  );
  const title = padded(text(`${label}\0`), 2, '\0');
  const info = Buffer.concat([text('INFOINAM'), uint32(title.length), title]);
  const format = Buffer.concat([uint16(1, 1), uint32(rate, rate), uint16(1, 8)]);
  const chunks = [
    Buffer.concat([text('fmt '), uint32(format.length), format]),
    Buffer.concat([text('LIST'), uint32(info.length), info]),
    Buffer.concat([text('data'), uint32(samples.length), samples]),
  ];
  const body = Buffer.concat([text('WAVE'), ...chunks]);
  return Buffer.concat([text('RIFF'), uint32(body.length), body]);
};

/** An empty scene with the label as its name. */
export const glb = (label: string): Buffer => {
  const scene = { asset: { version: '2.0' }, scene: 0, scenes: [{ name: label }] };
  const json = padded(Buffer.from(JSON.stringify(scene)), 4, ' ');
  return Buffer.concat([text('glTF'), uint32(2, 20 + json.length, json.length), text('JSON'), json]);
};

/** One stored file. */
export const zip = (label: string): Buffer => {
  const name = text('template.txt');
  const data = text(label);
  const common = Buffer.concat([
    uint16(20, 0, 0, 0, 0x5821),
    uint32(crc32(data), data.length, data.length),
    uint16(name.length, 0),
  ]);
  const local = Buffer.concat([uint32(0x04034b50), common, name, data]);
  const central = Buffer.concat([uint32(0x02014b50), uint16(20), common, uint16(0, 0, 0), uint32(0, 0), name]);
  const end = Buffer.concat([uint32(0x06054b50), uint16(0, 0, 1, 1), uint32(central.length, local.length), uint16(0)]);
  return Buffer.concat([local, central, end]);
};
