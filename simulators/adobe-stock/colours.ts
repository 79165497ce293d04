/** The colours that assets of the invented catalogue are said to show, and how near a wanted colour must be. */

export const PALETTE: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [255, 128, 0],
  [255, 220, 0],
  [40, 160, 60],
  [0, 160, 160],
  [30, 90, 200],
  [110, 40, 160],
  [240, 130, 180],
  [120, 75, 40],
  [0, 0, 0],
  [128, 128, 128],
  [255, 255, 255],
];

const NEAR = 90;

/** Palette indexes near each wanted colour; undefined when the text is not a list of hex colours. */
export const parseColours = (text: string): readonly (readonly number[])[] | undefined => {
  const wanted: number[][] = [];
  for (const part of text.split(',')) {
    if (!/^[0-9a-f]{6}$/i.test(part.trim())) return undefined;
    const value = Number.parseInt(part.trim(), 16);
    const near = PALETTE.flatMap(([r, g, b], index) =>
      Math.hypot(r - (value >> 16), g - ((value >> 8) & 255), b - (value & 255)) <= NEAR ? [index] : [],
    );
    wanted.push(near);
  }
  return wanted;
};
