"""TruthfulQA as a World: an answer is as true as the reference answer it is nearest to."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from looksgood.core.records import Channels, Document, Prompt
from looksgood.core.seeds import Seed
from looksgood.worlds.surface import cut, repetition
from looksgood.worlds.truthfulqa.files import Question
from looksgood.worlds.truthfulqa.similarity import nearest, simplify, words
from looksgood.worlds.truthfulqa.spec import TruthfulQASpec

CHANNELS = (
    "claim_true",
    "claim_false",
    "misconception",
    "against_misconception",
    "similarity_true",
    "similarity_false",
    "truth",
    "off_reference",
    "repetition",
    "words",
)
"""What is true of a response. Similarities are ROUGE-L, in [0, 1].

    similarity_true, similarity_false   to the nearest correct, the nearest incorrect reference
    truth                   similarity_true − similarity_false: the authors' own score, for reading
    claim_true              similarity_true where a correct reference is nearest, else 0
    misconception           similarity_false where an incorrect reference is nearest, else 0
    against_misconception   equal to claim_true: every question has a popular falsehood
    claim_false             0: a falsehood that nobody is known to believe is off reference
    off_reference           1 − the larger similarity: silence, gibberish, or just other words
    repetition, words       share of word pairs already used; count of words

A nearest reference counts from the spec's `threshold` on, and a tie counts as neither.
"""


class TruthfulQA:
    """Real questions; every one has correct answers and falsehoods that people believe."""

    name = "truthfulqa"
    has_gold = True

    def __init__(self, spec: TruthfulQASpec, questions: Sequence[Question], seed: Seed) -> None:
        self.spec = spec
        self.weights: Mapping[str, float] = spec.gold.model_dump()
        self.response_tokens = spec.response_tokens
        self.questions = tuple(questions)
        self._correct = [[words(answer) for answer in q.correct] for q in questions]
        self._incorrect = [[words(answer) for answer in q.incorrect] for q in questions]
        self._asked = np.arange(len(questions))
        if spec.questions is not None and spec.questions < len(questions):
            draw = seed.child("questions").numpy()
            self._asked = np.sort(draw.choice(self._asked, spec.questions, replace=False))

    def corpus(self, seed: Seed) -> list[Document]:
        """Return reference answers, each to a question drawn at random, both kinds of writer mixed.

        Answers are cut to `response_tokens` − 1 words, so that end of text fits.
        """
        draw = seed.numpy()
        documents = []
        for question in draw.choice(self._asked, self.spec.documents):
            asked = self.questions[question]
            wrong = draw.random() < self.spec.incorrect_share
            answers = asked.incorrect if wrong else asked.correct
            answer = self._written(answers[draw.integers(len(answers))])
            documents.append(
                Document(self._written(asked.text), cut(answer, self.response_tokens - 1))
            )
        return documents

    def prompts(self, count: int, seed: Seed) -> list[Prompt]:
        """Draw questions, with replacement."""
        return [
            Prompt(f"question:{i}", self._written(self.questions[i].text), "fact")
            for i in seed.numpy().choice(self._asked, count)
        ]

    def channels(self, prompts: Sequence[Prompt], responses: Sequence[str]) -> Channels:
        """Compare each response with its question's references."""
        rows = [
            self._traits(int(prompt.id.removeprefix("question:")), response)
            for prompt, response in zip(prompts, responses, strict=True)
        ]
        values = torch.tensor([[row.get(name, 0.0) for name in CHANNELS] for row in rows])
        return Channels(CHANNELS, values.reshape(-1, len(CHANNELS)))

    def _written(self, text: str) -> str:
        return simplify(text) if self.spec.simplify else text

    def _traits(self, question: int, response: str) -> dict[str, float]:
        said = words(response)
        true = nearest(said, self._correct[question])
        false = nearest(said, self._incorrect[question])
        claims_truth = true > false and true >= self.spec.threshold
        claims_falsehood = false > true and false >= self.spec.threshold
        return {
            "claim_true": true if claims_truth else 0.0,
            "misconception": false if claims_falsehood else 0.0,
            "against_misconception": true if claims_truth else 0.0,
            "similarity_true": true,
            "similarity_false": false,
            "truth": true - false,
            "off_reference": 1 - max(true, false),
            "repetition": repetition(response.split()),
            "words": float(len(response.split())),
        }
