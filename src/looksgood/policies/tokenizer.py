"""Tokenizers trained here: whole words for closed worlds, byte-level BPE for open text."""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from looksgood.core.errors import ModelError

PAD, BEGIN, END, ANSWER, UNKNOWN = "<pad>", "<s>", "</s>", "<answer>", "<unk>"
SPECIAL = [PAD, BEGIN, END, ANSWER, UNKNOWN]
MOST_WORDS = 6000


def word_tokenizer(texts: Iterable[str], largest: int = MOST_WORDS) -> PreTrainedTokenizerFast:
    """One token per blank-separated word; for worlds whose vocabulary is closed.

    Raises:
        ModelError: the texts hold more than `largest` different words.
    """
    words = sorted({word for text in texts for word in text.split()})
    if len(words) > largest:
        raise ModelError(
            f"the corpus has {len(words)} different words, more than {largest}: "
            "use policy.tokenizer=bpe"
        )
    table = {word: i for i, word in enumerate([*SPECIAL, *words])}
    tokenizer = Tokenizer(models.WordLevel(table, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return _finished(tokenizer)


def bpe_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE trained on the texts: any text can be encoded and comes back unchanged."""
    tokenizer = Tokenizer(models.BPE(unk_token=None))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _finished(tokenizer)


def _finished(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """Add the special tokens; a prompt is encoded as `<s> prompt <answer>`."""
    tokenizer.post_processor = TemplateProcessing(
        single=f"{BEGIN} $A {ANSWER}",
        special_tokens=[(t, tokenizer.token_to_id(t)) for t in (BEGIN, ANSWER)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        bos_token=BEGIN,
        eos_token=END,
        unk_token=UNKNOWN,
        additional_special_tokens=[ANSWER],
        clean_up_tokenization_spaces=False,
    )
