/* The lesson itself: one part at a time, questions that are corrected, and a report to the platform after each of them.

   Parts are links to places in the page, so that Back, bookmarks and a browser without script do what people expect. */
(function (lesson) {
  "use strict";

  const root = document.documentElement;
  const PASS = Number(root.dataset.passPercent);
  const { memory: shelf } = lesson;

  const editions = new Map([...document.querySelectorAll(".edition")].map((edition) => [edition.id, edition]));
  const connection = lesson.connect(root.dataset.dialect);
  let memory = shelf.empty();
  let isKept = false;
  let wasClosed = false;
  let shown = null;
  let opened = null;

  const all = (place, selector) => [...place.querySelectorAll(selector)];
  const questionsOf = (edition) => all(edition, "[data-question]");
  const doneIn = (edition) => shelf.shapeOf(memory, edition.dataset.shape);
  const numbers = (text) => text.split(" ").filter(Boolean).map(Number);
  const isSame = (first, second) => first.length === second.length && first.every((value) => second.includes(value));
  const isRight = (question, given) => isSame(numbers(question.dataset.right), given);

  /** Fill `target` with the words of each <template> (null: nothing); a status region speaks when its content changes. */
  function say(target, ...templates) {
    target.replaceChildren(...templates.filter(Boolean).map((template) => template.content.cloneNode(true)));
  }

  // --- Parts ------------------------------------------------------------------------------------------------------

  /** [edition, number of the part] that an address names; null for any other address. */
  function placeOf(hash) {
    const found = /^#(.+?)(?:-(\d+))?$/.exec(hash);
    if (!found) return null;
    // A language such as pt-br ends in no number, one such as es-419 does.
    const edition = editions.get(found[1]) || editions.get(hash.slice(1));
    if (!edition) return null;
    const count = all(edition, "[data-step]").length;
    const wanted = editions.has(found[1]) && found[2] ? Number(found[2]) : doneIn(edition).place;
    return [edition, Math.min(Math.max(wanted, 1), count)];
  }

  function show(edition, number, { moveFocus }) {
    const done = doneIn(edition);
    done.place = number;
    done.seen[number - 1] = true;
    memory.language = edition.id;
    for (const other of editions.values()) other.hidden = other !== edition;
    for (const step of all(edition, "[data-step]")) step.hidden = Number(step.dataset.step) !== number;
    const step = edition.querySelector(`[data-step="${number}"]`);
    edition.dataset.place = number;
    root.lang = edition.lang;
    root.dir = edition.dir;
    document.title = `${step.dataset.title} – ${edition.querySelector("h1").textContent}`;
    markParts(edition, number, done);
    if (shown !== edition) recall(edition);
    shown = edition;
    edition.querySelector(".parts").open = false;
    if (moveFocus) {
      window.scrollTo({ top: 0, behavior: "instant" });
      step.focus({ preventScroll: true });
    }
  }

  function markParts(edition, number, done) {
    for (const link of all(edition, "[data-part]")) {
      const isHere = Number(link.dataset.part) === number;
      if (isHere) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    for (const mark of all(edition, "[data-read]")) mark.hidden = !done.seen[Number(mark.dataset.read) - 1];
    for (const dot of all(edition, "[data-dot]")) dot.classList.toggle("is-on", Number(dot.dataset.dot) <= number);
  }

  function follow() {
    // Back to where the lesson was opened, whose address names no part.
    const place = location.hash === "" ? opened : placeOf(location.hash);
    if (!place) return;
    show(place[0], place[1], { moveFocus: true });
    save();
  }

  /** The same part in another language, where both have the same parts. */
  function aimLanguages() {
    for (const link of document.querySelectorAll("[data-switch]")) {
      link.addEventListener("click", () => {
        const target = editions.get(link.dataset.switch);
        const isAlike = target.dataset.shape === shown.dataset.shape;
        link.setAttribute("href", `#${target.id}-${isAlike ? doneIn(shown).place : doneIn(target).place}`);
      });
    }
  }

  // --- Questions --------------------------------------------------------------------------------------------------

  function answer(edition, question) {
    const button = question.querySelector("[data-answer]");
    if (button.getAttribute("aria-disabled") === "true") return;
    const given = all(question, "input").filter((input) => input.checked).map((input) => Number(input.value));
    if (!given.length) {
      say(question.querySelector(".verdict"), question.querySelector('[data-verdict="none"]'));
      return;
    }
    const number = Number(question.dataset.question);
    doneIn(edition).answers[number] = given;
    // Before the answers are locked: focus must not fall out of the page.
    button.focus({ preventScroll: true });
    correct(question, given);
    if (isKept) {
      const words = question.querySelector("legend").textContent.trim();
      connection.tell({ number, words, given, right: numbers(question.dataset.right), isRight: isRight(question, given) });
    }
    settle(edition);
    save();
  }

  /** Show what was right, in words on every answer that matters. */
  function correct(question, given) {
    const right = numbers(question.dataset.right);
    for (const input of all(question, "input")) {
      const number = Number(input.value);
      input.checked = given.includes(number);
      input.disabled = true;
      const note = question.querySelector(`[data-note="${number}"]`);
      note.hidden = !(right.includes(number) || input.checked);
      input.closest(".choice").classList.toggle("is-right", right.includes(number));
    }
    question.querySelector("[data-answer]").setAttribute("aria-disabled", "true");
    const verdict = question.querySelector(`[data-verdict="${isRight(question, given) ? "right" : "wrong"}"]`);
    say(question.querySelector(".verdict"), verdict, ...given.map((number) => question.querySelector(`[data-said="${number}"]`)));
  }

  function reopen(question) {
    for (const input of all(question, "input")) {
      input.checked = false;
      input.disabled = false;
      input.closest(".choice").classList.remove("is-right");
    }
    for (const note of all(question, "[data-note]")) note.hidden = true;
    question.querySelector("[data-answer]").removeAttribute("aria-disabled");
    say(question.querySelector(".verdict"), null);
  }

  /** How many of the edition's questions are answered, and how many rightly. */
  function tally(edition) {
    const { answers } = doneIn(edition);
    const questions = questionsOf(edition);
    const answered = questions.filter((_question, at) => answers[at]);
    const right = answered.filter((question) => isRight(question, answers[Number(question.dataset.question)]));
    return { total: questions.length, answered: answered.length, right: right.length };
  }

  /** In whole percent, rounded down: 59.5 must not become what passes. */
  const percent = ({ right, total }) => Math.floor((100 * right) / total);

  /** Show the result once every question is answered. */
  function settle(edition) {
    const round = edition.querySelector(".round");
    if (!round) return;
    const count = tally(edition);
    const isOver = count.answered === count.total;
    if (isOver) {
      memory.isDone = true;
      memory.best = Math.max(memory.best, percent(count));
    }
    say(round.querySelector(".result"), isOver ? round.querySelector(`[data-result="${count.right}"]`) : null);
    round.querySelector("[data-again]").hidden = !(isOver && count.right < count.total);
  }

  function again(edition) {
    doneIn(edition).answers = [];
    for (const question of questionsOf(edition)) reopen(question);
    settle(edition);
    edition.querySelector("[data-question] input").focus();
    save();
  }

  /** Put back what was answered earlier, or in another language. */
  function recall(edition) {
    const { answers } = doneIn(edition);
    for (const question of questionsOf(edition)) {
      const inputs = all(question, "input").length;
      const given = answers[Number(question.dataset.question)];
      if (given && given.every((number) => number < inputs)) correct(question, given);
      else reopen(question);
    }
    settle(edition);
  }

  // --- The platform -----------------------------------------------------------------------------------------------

  function progress() {
    const edition = shown;
    const done = doneIn(edition);
    const steps = all(edition, "[data-step]").length;
    const seen = done.seen.filter(Boolean).length;
    const count = tally(edition);
    const hasQuiz = count.total > 0;
    // Without questions the lesson is done when every part has been opened.
    if (!hasQuiz && seen >= steps) memory.isDone = true;
    const best = hasQuiz && count.answered ? Math.max(memory.best, percent(count)) : memory.best;
    return {
      memory: shelf.encode(memory, edition.dataset.shape, connection.memoryLimit),
      place: `${edition.id}-${done.place}`,
      percent: hasQuiz ? best : -1,
      isDone: memory.isDone,
      isJudged: hasQuiz && memory.isDone && memory.best >= 0,
      isPassed: memory.best >= PASS,
      share: hasQuiz ? (seen + count.answered) / (steps + count.total) : seen / steps,
    };
  }

  /** Report now: a browser that is closed, or a phone that falls asleep, gives no second chance. */
  function save() {
    if (isKept && !wasClosed) tellSaving(connection.report(progress()) ? "saved" : "failed");
  }

  function close() {
    if (!connection || wasClosed) return;
    save();
    wasClosed = true;
    connection.close();
  }

  function tellSaving(state) {
    for (const edition of editions.values()) {
      const place = edition.querySelector(".saving");
      if (place.dataset.state === state) continue;
      place.dataset.state = state;
      say(place, edition.querySelector(`[data-saving="${state}"]`));
    }
  }

  /** Open the platform and remember; gives the language that it or the browser prefers. */
  function begin() {
    const isOpen = connection !== null && connection.open();
    const preferred = [...(navigator.languages || [])];
    if (isOpen) {
      const earlier = connection.earlier();
      memory = shelf.decode(earlier.memory);
      memory.isDone = memory.isDone || earlier.isDone;
      // A running score is no result: it counts once the lesson was done.
      if (earlier.isDone) memory.best = Math.max(memory.best, Math.floor(earlier.best), earlier.isPassed ? PASS : -1);
      isKept = connection.isForCredit;
      preferred.unshift(earlier.language);
    }
    tellSaving(isOpen ? "saved" : connection ? "refused" : "alone");
    return preferred.filter(Boolean);
  }

  /** Where the pupil left, else where the address points, else the first part in a language that is understood. */
  function beginning(preferred) {
    const left = editions.get(memory.language);
    if (left) return [left, Math.min(doneIn(left).place, all(left, "[data-step]").length)];
    const known = preferred.map((tag) => editions.get(tag) || editions.get(tag.toLowerCase().split("-")[0]));
    const edition = known.find(Boolean) || editions.values().next().value;
    return placeOf(location.hash) || [edition, 1];
  }

  function start() {
    root.classList.add("is-scripted");
    opened = beginning(begin());
    for (const place of editions.values()) {
      for (const question of questionsOf(place)) {
        question.querySelector("[data-answer]").addEventListener("click", () => answer(place, question));
      }
      const retry = place.querySelector("[data-again]");
      if (retry) retry.addEventListener("click", () => again(place));
    }
    aimLanguages();
    show(opened[0], opened[1], { moveFocus: false });
    save();
    window.addEventListener("hashchange", follow);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
    window.addEventListener("beforeunload", save);
    window.addEventListener("pagehide", close);
    // A page that the browser had put aside has lost its platform: begin anew, the platform remembers.
    window.addEventListener("pageshow", (event) => event.persisted && connection && location.reload());
  }

  start();
})((window.kampanjLesson = window.kampanjLesson || {}));
