// sharp without a server: makes the pictures of each line of JSON, two at a time, and tells how long that took.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const sharp = createRequire(process.argv[2] + "/")("sharp");
sharp.concurrency(1);
sharp.cache(false);

const AT_ONCE = 2;
const encode = {
  jpg: (image, options) => image.jpeg({ quality: options.Q }),
  webp: (image, options) => image.webp({ quality: options.Q, effort: options.effort }),
  avif: (image, options) => image.avif({ quality: options.Q, effort: options.effort }),
};

async function one([path, box, suffix, options, target]) {
  const small = sharp(path).rotate().resize(box, box, { fit: "inside" });
  const data = await encode[suffix](small, options).toBuffer();
  if (target) writeFileSync(target, data);
  return data.length;
}

for await (const line of createInterface({ input: process.stdin })) {
  const jobs = JSON.parse(line);
  const [began, before] = [performance.now(), process.cpuUsage()];
  let next = 0;
  let bytes = 0;
  const work = async () => {
    while (next < jobs.length) {
      const made = await one(jobs[next++]);
      bytes += made;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({ wall: (performance.now() - began) / 1000, cpu: (used.user + used.system) / 1e6, bytes }));
}
