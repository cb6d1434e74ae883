// Where the device is, if it says; each way of not saying has its words.

const WHY = {
  1: "没有定位：没有允许本页使用位置，可在浏览器设置里允许后再试，也可以不定位",
  2: "没有定位：手机暂时定不到位，可到开阔处再试，也可以不定位",
  3: "没有定位：等得太久，可再试，也可以不定位",
};

/** {seen, words}: the position with its accuracy in metres, or nothing and why. */
export function position() {
  if (!window.isSecureContext || !navigator.geolocation) {
    return Promise.resolve({ seen: null, words: "没有定位：本页不是安全连接（HTTPS），浏览器不给位置" });
  }
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => {
        const seen = { lng: longitude.toFixed(6), lat: latitude.toFixed(6), accuracy: Math.round(accuracy) };
        done({ seen, words: "" });
      },
      ({ code }) => done({ seen: null, words: WHY[code] || WHY[2] }),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}
