// The strip "pictures in this answer": thumbnails of every file address in the answer of the open tab.
import { useMemo, useState } from 'react';
import { findPictures, type Picture } from './answer.pictures.js';

export function PictureStrip({ answer }: { readonly answer: string | null }) {
  const pictures = useMemo(() => findPictures(answer, location.href), [answer]);
  if (pictures.length === 0) return null;
  return (
    <details className="strip" open>
      <summary>{pictures.length === 1 ? '1 picture in this answer' : `${pictures.length} pictures in this answer`}</summary>
      {/* The list scrolls sideways, so it has to be reachable by keyboard: its links are. */}
      <ul aria-label="Pictures in this answer">
        {pictures.map((picture) => (
          <Thumbnail key={picture.address} picture={picture} />
        ))}
      </ul>
    </details>
  );
}

function Thumbnail({ picture }: { readonly picture: Picture }) {
  const [failed, setFailed] = useState(false);
  const label = picture.title || 'untitled';
  return (
    <li>
      <a href={picture.address} target="_blank" rel="noreferrer" title={label}>
        {failed ? (
          <span className="strip-failed">no picture: {label}</span>
        ) : (
          <img src={picture.address} alt={label} loading="lazy" decoding="async" onError={() => setFailed(true)} />
        )}
      </a>
    </li>
  );
}
