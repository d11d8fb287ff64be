// Films of a canvas as WebM, made of WebP pictures: what each holds is a frame of VP8 by itself. The
// next picture waits until this one is made, so a busy machine takes fewer, and every picture that
// was taken is in the film, at its moment; an encoder that runs beside the page drops what it likes.
const retrowalkFilm = (() => {
  "use strict";
  const QUALITY = 0.8;

  function bytes(number) {
    const found = [];
    for (let rest = number; rest > 0 || !found.length; rest = Math.floor(rest / 256)) {
      found.unshift(rest % 256);
    }
    return new Uint8Array(found);
  }

  function float64(number) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    return view;
  }

  // An element of EBML: its name, the size of its content in eight bytes, and that.
  function element(name, ...content) {
    const body = new Blob(content);
    const size = new DataView(new ArrayBuffer(8));
    size.setBigUint64(0, BigInt(body.size));
    size.setUint8(0, 1);
    return new Blob([bytes(name), size, body]);
  }

  // https://www.matroska.org/technical/elements.html
  function webm(frames, wide, high, lasts) {
    const head = element(
      0x1a45dfa3,
      element(0x4286, bytes(1)), // EBMLVersion
      element(0x42f7, bytes(1)), // EBMLReadVersion
      element(0x42f2, bytes(4)), // EBMLMaxIDLength
      element(0x42f3, bytes(8)), // EBMLMaxSizeLength
      element(0x4282, "webm"), // DocType
      element(0x4287, bytes(2)), // DocTypeVersion
      element(0x4285, bytes(2)), // DocTypeReadVersion
    );
    const info = element(
      0x1549a966,
      element(0x2ad7b1, bytes(1000000)), // TimestampScale: times in ms
      element(0x4489, float64(lasts)), // Duration
      element(0x4d80, "retrowalk"), // MuxingApp
      element(0x5741, "retrowalk"), // WritingApp
    );
    const track = element(
      0xae,
      element(0xd7, bytes(1)), // TrackNumber
      element(0x73c5, bytes(1)), // TrackUID
      element(0x83, bytes(1)), // TrackType: video
      element(0x9c, bytes(0)), // FlagLacing
      element(0x86, "V_VP8"), // CodecID
      element(0xe0, element(0xb0, bytes(wide)), element(0xba, bytes(high))),
    );
    const clusters = frames.map(({ at, data }) =>
      element(
        0x1f43b675,
        element(0xe7, bytes(Math.round(at))), // Timestamp
        element(0xa3, new Uint8Array([0x81, 0, 0, 0x80]), data), // SimpleBlock: track 1, a key frame
      ),
    );
    const segment = element(0x18538067, info, element(0x1654ae6b, track), ...clusters);
    return new Blob([head, segment], { type: "video/webm" });
  }

  // The frame of VP8 in a WebP file, null where there is none.
  function frameOf(picture) {
    const view = new DataView(picture);
    for (let at = 12; at + 8 <= view.byteLength; ) {
      const size = view.getUint32(at + 4, true);
      if (view.getUint32(at) === 0x56503820) return new Uint8Array(picture, at + 8, size); // "VP8 "
      at += 8 + size + (size % 2);
    }
    return null;
  }

  const nextPicture = () => new Promise((resolve) => requestAnimationFrame(resolve));

  // Film a canvas while `goesOn()`, one frame at least; `counted` is told how many there are.
  // Resolves to the film, or to null where the browser makes no WebP.
  return async function (canvas, { widest, framesASecond, goesOn, counted }) {
    const share = Math.min(1, widest / canvas.width);
    const film = document.createElement("canvas");
    film.width = Math.round(share * canvas.width);
    film.height = Math.round(share * canvas.height);
    const paper = film.getContext("2d", { alpha: false });
    const frames = [];
    const began = performance.now();
    let due = 0;
    do {
      await nextPicture();
      const at = performance.now() - began;
      if (at < due) continue;
      due = Math.max(due + 1000 / framesASecond, at);
      paper.drawImage(canvas, 0, 0, film.width, film.height);
      const picture = await new Promise((resolve) => film.toBlob(resolve, "image/webp", QUALITY));
      const data = frameOf(await picture.arrayBuffer());
      if (!data) return null;
      frames.push({ at, data });
      counted(frames.length);
    } while (goesOn());
    return webm(frames, film.width, film.height, performance.now() - began);
  };
})();
