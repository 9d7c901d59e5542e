/* What a pupil has done, written so short that it fits into what a platform keeps: 4096 characters in SCORM 1.2.

   1;<language>;<d when done>;<best percent or nothing>;<shape>:<place>:<parts seen, hexadecimal>:<answers>,<shape>…

   A shape is one set of parts and questions; languages with the same one share it. Answers are separated by full stops,
   the numbers chosen within one by hyphens, nothing for a question that is not answered. */
(function (lesson) {
  "use strict";

  const VERSION = "1";

  function empty() {
    return { language: "", isDone: false, best: -1, shapes: {} };
  }

  /** What was done with one shape; made when there is nothing yet. */
  function shapeOf(memory, name) {
    return (memory.shapes[name] = memory.shapes[name] || { place: 1, seen: [], answers: [] });
  }

  function encodeSeen(seen) {
    let text = "";
    for (let at = 0; at < seen.length; at += 4) {
      text += [0, 1, 2, 3].reduce((sum, bit) => sum + (seen[at + bit] ? 1 << bit : 0), 0).toString(16);
    }
    return text;
  }

  function decodeSeen(text) {
    return [...text].flatMap((digit) => [0, 1, 2, 3].map((bit) => Boolean(Number.parseInt(digit, 16) & (1 << bit))));
  }

  function encodeAnswers(answers) {
    return answers.map((chosen) => (chosen || []).join("-")).join(".").replace(/\.+$/, "");
  }

  function decodeAnswers(text) {
    return text === "" ? [] : text.split(".").map((chosen) => (chosen === "" ? null : chosen.split("-").map(Number)));
  }

  function written(memory, shapes) {
    const head = [VERSION, memory.language, memory.isDone ? "d" : "", memory.best < 0 ? "" : memory.best];
    const parts = shapes.map(([name, done]) => [name, done.place, encodeSeen(done.seen), encodeAnswers(done.answers)].join(":"));
    return [...head, parts.join(",")].join(";");
  }

  /** The memory in at most `limit` characters. What is too long loses other shapes first, then the last answers, then parts seen;
      done and best stay. */
  function encode(memory, current, limit) {
    let shapes = Object.entries(memory.shapes);
    let text = written(memory, shapes);
    if (text.length <= limit) return text;
    const done = shapeOf(memory, current);
    const kept = { place: done.place, seen: done.seen, answers: [...done.answers] };
    shapes = [[current, kept]];
    for (text = written(memory, shapes); text.length > limit && kept.answers.length; text = written(memory, shapes)) {
      // About as many as are too much: each takes two characters at the least.
      kept.answers.length = Math.max(0, kept.answers.length - Math.max(1, Math.floor((text.length - limit) / 16)));
    }
    if (text.length > limit) text = written(memory, [[current, { place: done.place, seen: [], answers: [] }]]);
    return text.length <= limit ? text : "";
  }

  /** The memory that `encode` wrote; an empty one of anything else. */
  function decode(text) {
    const memory = empty();
    const [version, language, done, best, shapes] = text.split(";");
    if (version !== VERSION || shapes === undefined) return memory;
    memory.language = language;
    memory.isDone = done === "d";
    memory.best = best === "" || Number.isNaN(Number(best)) ? -1 : Number(best);
    for (const part of shapes.split(",").filter(Boolean)) {
      const found = /^([0-9a-f]{8}):(\d+):([0-9a-f]*):([0-9.-]*)$/.exec(part);
      if (found) memory.shapes[found[1]] = { place: Number(found[2]), seen: decodeSeen(found[3]), answers: decodeAnswers(found[4]) };
    }
    return memory;
  }

  lesson.memory = { empty, shapeOf, encode, decode };
})((window.kampanjLesson = window.kampanjLesson || {}));
