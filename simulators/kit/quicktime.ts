/** A QuickTime file around finished JPEG frames (Motion-JPEG): boxes written by hand, sizes and offsets computed. */

export interface MovieFrames {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frames: readonly Buffer[];
}

const MOVIE_TIMESCALE = 600;

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

const box = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(length), text(type), ...parts], length);
};
/** With version 0 and the given flags. */
const fullBox = (type: string, flags: number, ...parts: readonly Buffer[]): Buffer => box(type, u32(flags), ...parts);

/** Nothing turned, nothing scaled: 16.16 and 2.30 fixed point. */
const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

const movieHeader = (duration: number): Buffer =>
  fullBox(
    'mvhd',
    0,
    u32(0, 0, MOVIE_TIMESCALE, duration, 0x10000),
    u16(0x100),
    Buffer.alloc(10),
    UNITY_MATRIX,
    Buffer.alloc(24),
    u32(2),
  );

/** Flags: enabled, in the movie, in the preview. */
const trackHeader = (duration: number, width: number, height: number): Buffer =>
  fullBox('tkhd', 0b1111, u32(0, 0, 1, 0, duration, 0, 0), Buffer.alloc(8), UNITY_MATRIX, u32(width * 0x10000, height * 0x10000));

const handler = (component: string, subtype: string): Buffer =>
  fullBox('hdlr', 0, text(component), text(subtype), u32(0, 0, 0), Buffer.from([0]));

/** 72 dpi, one frame per sample, 24 bits, no colour table. */
const sampleDescription = (width: number, height: number): Buffer => {
  const compressor = Buffer.alloc(32);
  compressor.write('\x0cPhoto - JPEG', 'latin1');
  const entry = box(
    'jpeg',
    Buffer.alloc(6),
    u16(1),
    u32(0, 0, 0, 512),
    u16(width),
    u16(height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    compressor,
    u16(24),
    u16(0xffff),
  );
  return fullBox('stsd', 0, u32(1), entry);
};

const dataReference = (): Buffer => box('dinf', fullBox('dref', 0, u32(1), fullBox('alis', 1)));

/** All frames lie in one chunk that begins at `dataOffset`. */
const sampleTable = ({ frames, width, height }: MovieFrames, dataOffset: number): Buffer =>
  box(
    'stbl',
    sampleDescription(width, height),
    fullBox('stts', 0, u32(1, frames.length, 1)),
    fullBox('stsc', 0, u32(1, 1, frames.length, 1)),
    fullBox('stsz', 0, u32(0, frames.length, ...frames.map((frame) => frame.length))),
    fullBox('stco', 0, u32(1, dataOffset)),
  );

export const quicktime = (movie: MovieFrames): Buffer => {
  const { frames, width, height, framesPerSecond } = movie;
  const type = box('ftyp', text('qt  '), u32(0x20050300), text('qt  '));
  const data = box('mdat', ...frames);
  const duration = Math.round((frames.length * MOVIE_TIMESCALE) / framesPerSecond);
  const mediaHeader = fullBox('mdhd', 0, u32(0, 0, framesPerSecond, frames.length), u16(0x7fff), u16(0));
  const videoHeader = fullBox('vmhd', 1, u16(0x40), u16(0x8000), u16(0x8000), u16(0x8000));
  const information = box('minf', videoHeader, handler('dhlr', 'alis'), dataReference(), sampleTable(movie, type.length + 8));
  const media = box('mdia', mediaHeader, handler('mhlr', 'vide'), information);
  const track = box('trak', trackHeader(duration, width, height), media);
  return Buffer.concat([type, data, box('moov', movieHeader(duration), track)]);
};
