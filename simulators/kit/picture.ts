/** The door for simulators that show what they sell: still and moving pictures of a scene. */

export { type MovieOptions, movie } from './movie.js';
export { type PictureOptions, picture, pictureSize } from './picture/render.js';
