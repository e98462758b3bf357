#!/usr/bin/env python3
"""Search as a front desk uses it: a phone number in any notation, and a name with or without its punctuation."""

import unittest
import urllib.parse

from server import ServiceCase


class Search(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_names")
        people = (
            ("Ada", "Okafor", "12025550112"),
            ("Kai", "O'Sullivan", "491701112223"),
            ("Mia", "O’Sullivan-Smith", "493012345670"),
            ("J.R.", "Jean-Luc", None),
            ("Ab", "OSullivan", "4420555123"),
        )
        cls.rows = {surname: case.member(name=name, surname=surname, phone=phone) for name, surname, phone in people}
        case.plan(name="Course 10.5, part 12")
        case.plan(name="Course 12, part 10")
        case.plan(name="50-50")

    def found(self, words, entity="members", column="surname"):
        answer = self.crudd.get(f"/{entity}?q=" + urllib.parse.quote(words))
        self.assertEqual(answer.status, 200, (words, answer.body))
        return [row[column] for row in answer.json]

    def test_phone_numbers(self):
        for words, surname in (
            ("12025550112", "Okafor"),
            ("+12025550112", "Okafor"),
            ("+1 202 555 0112", "Okafor"),
            ("1 (202) 555-0112", "Okafor"),
            ("1 202-555-0112", "Okafor"),
            ("202-555-0112", "Okafor"),
            ("202.555.0112", "Okafor"),
            ("(202) 555 - 0112", "Okafor"),
            ("+1\u00a0202\u202f555\u20110112", "Okafor"),  # as pages and word processors write it
            ("1\t(202) 555–0112", "Okafor"),
            ("555 01", "Okafor"),
            ("0112", "Okafor"),
            ("+49 30 123 45 67", "O’Sullivan-Smith"),
            ("49 30 12 34 56 70", "O’Sullivan-Smith"),
            ("030 12345670", "O’Sullivan-Smith"),
            ("01701112223", "O'Sullivan"),
            ("0170/111 22 23", "O'Sullivan"),
            ("0049 170 1112223", "O'Sullivan"),
            ("+49 170 1112223 kai", "O'Sullivan"),
            ("kai 0170 1112223", "O'Sullivan"),
        ):
            self.assertEqual(self.found(words), [surname], words)
        for words in ("+1 202 555 0113", "0170 9112223", "ada 0170 1112223", "12025550112 12025550112"):
            self.assertEqual(self.found(words), [], words)

    def test_names(self):
        for words, surnames in (
            ("OSullivan", ["O'Sullivan", "O’Sullivan-Smith", "OSullivan"]),
            ("o'sullivan", ["O'Sullivan", "O’Sullivan-Smith", "OSullivan"]),
            ("o’sullivan", ["O'Sullivan", "O’Sullivan-Smith", "OSullivan"]),
            ("O Sullivan", ["Okafor", "O'Sullivan", "O’Sullivan-Smith", "OSullivan"][1:]),
            ("sullivansmith", ["O’Sullivan-Smith"]),
            ("sullivan smith", ["O’Sullivan-Smith"]),
            ("jr jeanluc", ["Jean-Luc"]),
            ("J.R. jean luc", ["Jean-Luc"]),
            ("-", ["O’Sullivan-Smith", "Jean-Luc"]),
            ("'", ["O'Sullivan"]),
            (".", ["Jean-Luc"]),
            ("ab", ["OSullivan"]),
        ):
            self.assertEqual(self.found(words), surnames, words)

    def test_numbers_in_names(self):
        for words, names in (
            ("course 10.5", ["Course 10.5, part 12"]),
            ("10 12", ["Course 10.5, part 12"]),
            ("12 10", ["Course 12, part 10"]),
            ("5050", ["50-50"]),
            ("50-50", ["50-50"]),
            ("part 10", ["Course 10.5, part 12", "Course 12, part 10"]),
        ):
            self.assertEqual(self.found(words, "plans", "name"), names, words)

    def test_limits(self):
        self.assertEqual(self.found("1 2 3 4 5 6 7 8 9"), [])  # one number
        self.assertEqual(self.found("- 5x"), [])  # the hyphen alone is no number
        self.assertEqual(self.found("a\u00a0b c\u00a0d e\u00a0f g\u00a0h"), [])  # only spaces separate words
        for words in ("a b c d e", "a 1 b 2 c"):
            self.problem(self.crudd.get("/members?q=" + urllib.parse.quote(words)), 422, "invalid", ["q"])
        for words in ("0" * 100, "1 " * 49, "-" * 100, "%" * 100, "💪" * 100, "’" * 100, "| " * 4, "+ 0"):
            self.assertEqual(self.crudd.get("/members?q=" + urllib.parse.quote(words)).status, 200, words)


if __name__ == "__main__":
    unittest.main()
