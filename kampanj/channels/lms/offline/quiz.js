// Corrects the quiz in the page itself: nothing is sent or kept. Without script every question's answer can be opened.
"use strict";
(function () {
  var form = document.querySelector("form.quiz");
  if (!form) { return; }
  var questions = Array.prototype.slice.call(form.querySelectorAll("fieldset"));
  var result = form.querySelector(".result");
  questions.forEach(function (question) { question.querySelector("details").hidden = true; });
  form.querySelector(".press").hidden = false;

  function isRight(question) {
    return Array.prototype.every.call(question.querySelectorAll("input"), function (input) {
      return input.checked === input.hasAttribute("data-right");
    });
  }

  // What is said of an answer, shown where `isMeant` is true of its input.
  function feedback(question, isMeant) {
    Array.prototype.forEach.call(question.querySelectorAll(".said"), function (said) {
      said.hidden = !isMeant(question.querySelector('input[value="' + said.getAttribute("data-said") + '"]'));
    });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var right = 0;
    questions.forEach(function (question) {
      var said = isRight(question);
      var verdict = question.querySelector(".verdict");
      right += said ? 1 : 0;
      verdict.textContent = form.getAttribute(said ? "data-yes" : "data-no");
      verdict.className = said ? "verdict is-right" : "verdict";
      feedback(question, function (input) { return input.checked; });
      question.querySelector("details").hidden = false;
      question.querySelector("details").open = true;
    });
    result.textContent = form.getAttribute("data-result").replace("{right}", right).replace("{all}", questions.length);
    result.focus();
  });

  form.addEventListener("reset", function () {
    questions.forEach(function (question) {
      question.querySelector(".verdict").textContent = "";
      feedback(question, function () { return false; });
      question.querySelector("details").open = false;
      question.querySelector("details").hidden = true;
    });
    result.textContent = "";
  });
})();
