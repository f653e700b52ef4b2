"""The one module for numbers about people (STAT-1): nothing else decides what such a number may say.

A number is a statistic about people when it changes because a person comes, goes, agrees, answers or finishes. A page
shows it to others only as this module hands it out:

- it rests on five people or more, on ten where one number is split by language, country or organisation;
- it is a multiple of five: counts are rounded down ("10 or more"), averages of scores to the nearest five percent, and
  shares to the nearest step that is worth five people, so that one answer more does not show;
- it is counted once a week by a job and stands still until then (`frozen`), so that two looks cannot be subtracted;
- a total gives no hidden part away (`table`), what is left over is never shown beside what is used, and a part of a
  split that is too small for a row of its own is in no number at all, not even in that of everybody (`split`);
- a count that everybody could be in stays far enough from "all of them" that it never tells of each one (`of`).

Statistics are: people with an account, codes and places that are still free (what is left tells how many came), codes
used of a batch, what an organisation sees of its people, answers to questions. An organisation that looks at its own
people is one group and not a split, so five are enough there (settled 23).

No statistics, and shown as they are: what staff made (codes of a batch, questions of a quiz, lessons), what the health
list finds, and what somebody agreed to show of themselves: the sums of the wall of a group can be counted on the page,
and its key is about people who let the very same eyes see that much (settled 23). What a person sees of themselves is theirs. Commands at the server are for people who could
read the database anyway.

When somebody withdraws what they agreed to show, `hide` takes figures away at once that would then rest on too few
(ORG-1). The others stand until they are counted anew: a figure that vanished in the middle of a week would tell that one
person of the group had withdrawn.
"""
