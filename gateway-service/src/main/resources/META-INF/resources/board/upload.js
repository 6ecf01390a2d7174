// Uploads files as one tar.gz, unless the gateway has the same bytes. The same files are always
// packed into the same bytes, so that an upload that was interrupted is not repeated once it is done.

const BLOCK = 512;
const MOST_HASHED_BYTES = 1 << 30;
const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/**
 * Uploads a model or data.
 *
 * @param kind model or data
 * @param files a tar.gz, or what to pack into one; those of a folder lose the folder's name
 * @param progress called with what is done, in words, and a fraction, 0..1
 * @returns the digest
 */
export async function upload(kind, files, progress) {
  progress("packing", 0);
  const bytes = isArchive(files) ? files[0] : await pack(files);
  progress("looking for the same bytes at the gateway", 0);
  const digest = await digestOf(bytes);
  if (digest && await isKnown(digest, kind)) {
    return digest;
  }
  return send(kind, bytes, progress);
}

/** The names that the files have inside the archive. */
export function namesIn(files) {
  return isArchive(files) ? [] : files.map(nameOf).sort();
}

function isArchive(files) {
  return files.length === 1 && /\.(tar\.gz|tgz)$/.test(files[0].name);
}

function nameOf(file) {
  return file.webkitRelativePath ? file.webkitRelativePath.replace(/^[^/]*\//, "") : file.name;
}

/** A tar.gz of files, sorted by their names. */
export async function pack(files) {
  const sorted = [...files].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const parts = sorted.flatMap((file) =>
    [header(nameOf(file), file.size), file, new Uint8Array((BLOCK - file.size % BLOCK) % BLOCK)]);
  const tar = new Blob([...parts, new Uint8Array(2 * BLOCK)]);
  return new Response(tar.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** A header of POSIX.1-1988 (ustar): a regular file of nobody, of 1970. */
function header(path, size) {
  const [prefix, name] = split(path);
  const block = new Uint8Array(BLOCK);
  const write = (text, offset) => block.set(new TextEncoder().encode(text), offset);
  write(name, 0);
  write("0000644\0" + "0000000\0" + "0000000\0", 100);
  write(size.toString(8).padStart(11, "0") + " " + "00000000000 ", 124);
  write("        " + "0", 148);
  write("ustar\0" + "00", 257);
  write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  return block;
}

/** A path as the prefix and the name of a header, which both have their longest length. */
function split(path) {
  const length = (text) => new TextEncoder().encode(text).length;
  if (length(path) <= LONGEST_NAME) {
    return ["", path];
  }
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    if (length(path.slice(slash + 1)) <= LONGEST_NAME && length(path.slice(0, slash)) <= LONGEST_PREFIX) {
      return [path.slice(0, slash), path.slice(slash + 1)];
    }
  }
  throw new Error(`The name ${path} is too long for the browser to pack; upload a .tar.gz.`);
}

/** Null where the browser cannot tell: without HTTPS, and for more than it holds in memory. */
async function digestOf(bytes) {
  if (!globalThis.crypto?.subtle || bytes.size > MOST_HASHED_BYTES) {
    return null;
  }
  const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function isKnown(digest, kind) {
  const response = await fetch(`/api/artifacts/${digest}`, { headers: { Accept: "application/json" } });
  return response.ok && (await response.json()).kind === kind.toUpperCase();
}

/** With XMLHttpRequest, for fetch does not say how far an upload is. */
function send(kind, bytes, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      progress(loaded < total ? "uploading" : "storing", loaded / total));
    request.addEventListener("load", () => {
      const answer = request.response ?? {};
      if (request.status === 200) {
        resolve(answer.digest);
      } else {
        reject(new Error(`${answer.message ?? `The gateway answered ${request.status}.`} ${answer.action ?? ""}`));
      }
    });
    request.addEventListener("error", () =>
      reject(new Error("The connection to the gateway was lost. Choose the files again.")));
    request.open("POST", `/api/artifacts?kind=${kind}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/gzip");
    request.send(bytes);
  });
}
