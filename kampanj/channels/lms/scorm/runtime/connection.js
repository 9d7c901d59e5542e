/* The way to the learning platform, in SCORM 1.2 and SCORM 2004: finds the API, reports, survives a platform that does not answer.

   A lesson that finds no API is a page. Nothing here throws because of what a platform does. */
(function (lesson) {
  "use strict";

  const DIALECTS = {
    "1.2": {
      api: "API",
      calls: { open: "LMSInitialize", close: "LMSFinish", get: "LMSGetValue", set: "LMSSetValue", save: "LMSCommit", fault: "LMSGetLastError" },
      memoryLimit: 4096,
      status: "cmi.core.lesson_status",
      mode: "cmi.core.lesson_mode",
      score: "cmi.core.score.raw",
      language: "cmi.student_preference.language",
    },
    "2004": {
      api: "API_1484_11",
      calls: { open: "Initialize", close: "Terminate", get: "GetValue", set: "SetValue", save: "Commit", fault: "GetLastError" },
      memoryLimit: 64000,
      status: "cmi.completion_status",
      mode: "cmi.mode",
      score: "cmi.score.raw",
      language: "cmi.learner_preference.language",
    },
  };
  // Frames within frames; more is a loop.
  const DEEPEST = 500;

  /** What `read` gives, or null where another site's window may not be looked into (older browsers say TypeError). */
  function allowed(read) {
    try {
      return read();
    } catch (fault) {
      if (fault.name === "SecurityError" || fault instanceof TypeError) return null;
      throw fault;
    }
  }

  /** The API called `name` in a window or in one of those around it. */
  function above(start, name) {
    let place = start;
    for (let depth = 0; place && depth < DEEPEST; depth += 1) {
      const here = place;
      const found = allowed(() => here[name]);
      if (found) return found;
      const parent = allowed(() => here.parent);
      if (!parent || parent === here) return null;
      place = parent;
    }
    return null;
  }

  function find(name) {
    const openers = [allowed(() => window.opener), allowed(() => window.top.opener)];
    return [window, ...openers].reduce((found, start) => found || above(start, name), null);
  }

  const twoDigits = (number) => String(number).padStart(2, "0");

  /** HHHH:MM:SS.SS, as SCORM 1.2 writes a time span. */
  function span12(seconds) {
    const whole = Math.floor(seconds);
    const hundredths = Math.floor((seconds - whole) * 100);
    const hours = String(Math.min(Math.floor(whole / 3600), 9999)).padStart(4, "0");
    return `${hours}:${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}.${twoDigits(hundredths)}`;
  }

  /** PT…H…M…S, as ISO 8601 and SCORM 2004 write it. */
  function span2004(seconds) {
    const whole = Math.floor(seconds);
    return `PT${Math.floor(whole / 3600)}H${Math.floor(whole / 60) % 60}M${whole % 60}S`;
  }

  class Connection {
    constructor(api, dialect) {
      this.api = api;
      this.dialect = dialect;
      this.is2004 = dialect.api === "API_1484_11";
      this.isOpen = false;
      this.began = Date.now();
    }

    /** Call the platform; what it throws is the same as "false" to us, and is told in the console. */
    call(name, ...values) {
      try {
        return String(this.api[this.dialect.calls[name]](...values));
      } catch (fault) {
        console.warn(`${this.dialect.calls[name]}(${values[0]})`, fault);
        return "false";
      }
    }

    /** True when the platform answers: also when somebody else has opened it already. */
    open() {
      this.isOpen = this.call("open", "") === "true";
      if (!this.isOpen) {
        const status = this.call("get", this.dialect.status);
        this.isOpen = status !== "" && status !== "false" && Number(this.call("fault")) === 0;
      }
      return this.isOpen;
    }

    get(name) {
      const value = this.isOpen ? this.call("get", name) : "";
      return value === "false" || value === "undefined" || value === "null" ? "" : value;
    }

    set(name, value) {
      return this.isOpen && this.call("set", name, String(value)) === "true";
    }

    get memoryLimit() {
      return this.dialect.memoryLimit;
    }

    /** Whether what happens now is to be kept: a platform may show a lesson to browse or to look back. */
    get isForCredit() {
      return !["browse", "review"].includes(this.get(this.dialect.mode));
    }

    /** What the platform knows of earlier visits. */
    earlier() {
      const status = this.get(this.dialect.status);
      const success = this.is2004 ? this.get("cmi.success_status") : status;
      const score = this.get(this.dialect.score);
      return {
        memory: this.get("cmi.suspend_data"),
        language: this.get(this.dialect.language),
        isDone: ["completed", "passed", "failed"].includes(status),
        isPassed: success === "passed",
        best: score === "" || Number.isNaN(Number(score)) ? -1 : Number(score),
      };
    }

    /** Write everything and have it saved; false when the platform did not.

        progress: { memory, place, percent (of right answers, or -1), isDone, isJudged (passed or failed), isPassed,
        share (0–1 of the parts and questions) } */
    report(progress) {
      if (!this.isOpen) return false;
      const took = this.is2004 ? this.write2004(progress) : this.write12(progress);
      return this.call("save", "") === "true" && took;
    }

    write12(progress) {
      const core = "cmi.core";
      const done = !progress.isJudged ? "completed" : progress.isPassed ? "passed" : "failed";
      const status = progress.isDone ? done : "incomplete";
      return this.all([
        ...this.scored(`${core}.score`, progress),
        [`${core}.lesson_status`, status],
        [`${core}.lesson_location`, progress.place],
        ["cmi.suspend_data", progress.memory],
        [`${core}.session_time`, span12(this.seconds)],
        [`${core}.exit`, "suspend"],
      ]);
    }

    write2004(progress) {
      return this.all([
        ...this.scored("cmi.score", progress),
        ...(progress.percent >= 0 ? [["cmi.score.scaled", progress.percent / 100]] : []),
        ["cmi.completion_status", progress.isDone ? "completed" : "incomplete"],
        ...(progress.isJudged ? [["cmi.success_status", progress.isPassed ? "passed" : "failed"]] : []),
        ["cmi.progress_measure", progress.isDone ? 1 : Math.floor(progress.share * 100) / 100],
        ["cmi.location", progress.place],
        ["cmi.suspend_data", progress.memory],
        ["cmi.session_time", span2004(this.seconds)],
        ["cmi.exit", "suspend"],
      ]);
    }

    scored(name, progress) {
      if (progress.percent < 0) return [];
      return [[`${name}.min`, 0], [`${name}.max`, 100], [`${name}.raw`, progress.percent]];
    }

    /** Set every pair; whether those that a visit cannot do without were taken. Some platforms lack the others. */
    all(pairs) {
      const optional = /\.(min|max|exit|progress_measure)$/;
      return pairs.map(([name, value]) => this.set(name, value) || optional.test(name)).every(Boolean);
    }

    get seconds() {
      return Math.max(0, (Date.now() - this.began) / 1000);
    }

    /** Tell one answer to the platforms that keep a log of them; the others say no, which does no harm.

        given and right are lists of the answers' numbers. */
    tell(answer) {
      const at = Number.parseInt(this.get("cmi.interactions._count"), 10);
      if (Number.isNaN(at)) return;
      const name = `cmi.interactions.${at}`;
      const listed = (numbers) => numbers.map((number) => number.toString(36)).join(this.is2004 ? "[,]" : ",");
      const now = new Date();
      this.set(`${name}.id`, `question_${answer.number + 1}`);
      this.set(`${name}.type`, "choice");
      if (this.is2004) {
        this.set(`${name}.timestamp`, now.toISOString().replace(/\.\d+Z$/, "Z"));
        this.set(`${name}.description`, answer.words.slice(0, 250));
      } else {
        this.set(`${name}.time`, [now.getHours(), now.getMinutes(), now.getSeconds()].map(twoDigits).join(":"));
      }
      this.set(`${name}.weighting`, 1);
      this.set(`${name}.correct_responses.0.pattern`, listed(answer.right));
      this.set(`${name}.${this.is2004 ? "learner_response" : "student_response"}`, listed(answer.given));
      this.set(`${name}.result`, answer.isRight ? "correct" : this.is2004 ? "incorrect" : "wrong");
    }

    close() {
      if (!this.isOpen) return;
      this.call("close", "");
      this.isOpen = false;
    }
  }

  /** The connection in the dialect preferred, else in the other; null when there is none to be found. */
  lesson.connect = function (preferred) {
    const order = [preferred, ...Object.keys(DIALECTS).filter((name) => name !== preferred)];
    for (const name of order) {
      const api = find(DIALECTS[name].api);
      if (api) return new Connection(api, DIALECTS[name]);
    }
    return null;
  };
})((window.kampanjLesson = window.kampanjLesson || {}));
