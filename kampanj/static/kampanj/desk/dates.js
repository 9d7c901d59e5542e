/* Wagtail's calendar puts today, or the hour that it is, in place of a date or time that it cannot read, without a word: a
   mailing would leave on another day than the one that was written. What is written stays, and the form says what is wrong. */
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
