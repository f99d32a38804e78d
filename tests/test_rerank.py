"""Reranking end to end: a cross-encoder whose scores can be worked out by hand, through every door."""

from __future__ import annotations

import json
import logging
import math
import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from rag.engine import Engine
from rag.errors import ConfigError, HubError, ModelError, ModelMissingError, RerankError
from rag.filters import make_filters
from rag.models import choose_reranker, find_model, pull_model
from rag.registry import ModelKind, load_registry
from rag.rerank import CheckedReranker, load_reranker, read_reranker_spec
from rag.serving import Service
from rag.weights import hash_folder
from rag.wire import hit_json
from tests.commands import SEEDS, read_json, run_rag
from tests.fakes import build_library
from tests.servers import run_server
from tests.test_offline import Offline, minilm
from ui.advanced import draw_about
from ui.evidence import Shown, draw_passages

#: The one word the tiny cross-encoder looks for. On seeds/ it stands in one passage.
LOVED = "túy"
#: Asks for another passage than the one with the word.
INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt mức nào?"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", LOVED, "gạo", "lúa", "cá"]
LIMIT = 512


def write_cross_encoder(folder: Path, *, n_labels: int = 1) -> Path:
    """Write a BERT of one layer whose score rises with the share of one word among the tokens of a pair.

    Attention looks at all tokens alike; the loved word alone has a vector, (1, -1, 0, 0); all else is zero or identity.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=False, model_max_length=LIMIT)
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=4,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=LIMIT,
        layer_norm_eps=1.0,
        num_labels=n_labels,
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
        layer = model.bert.encoder.layer[0].attention
        for linear in (layer.self.value, layer.output.dense, model.bert.pooler.dense):
            linear.weight.copy_(torch.eye(4))
        model.bert.embeddings.word_embeddings.weight[WORDS.index(LOVED)] = torch.tensor([1.0, -1.0, 0.0, 0.0])
        model.classifier.weight[0, 0] = 10.0
    model.save_pretrained(folder)
    return folder


def copy(source: Path, parent: Path) -> Path:
    return Path(shutil.copytree(source, parent / source.name))


def score_by_hand(n_loved: int, n_tokens: int) -> float:
    """Work out what the model above gives. A layer norm divides (x, -x, 0, 0) by the root of x² / 2 + 1."""

    def norm(x: float) -> float:
        return x / math.sqrt(x * x / 2 + 1)

    seen = norm(1.0) * n_loved / n_tokens
    return 10 * math.tanh(norm(norm(seen)))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("models") / "loves-one-word")


@pytest.fixture(scope="session")
def saved(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model as sentence-transformers saves it."""
    from sentence_transformers import CrossEncoder

    folder = tmp_path_factory.mktemp("saved") / "loves-one-word"
    CrossEncoder(str(plain), device="cpu", local_files_only=True).save_pretrained(str(folder))
    assert (folder / "modules.json").is_file()
    return folder


class WordCounter:
    """Scores a passage by how often a word stands in it, and keeps what it was asked."""

    name = "counts words"
    revision = "1"

    def __init__(self, word: str = LOVED) -> None:
        self.word = word
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        self.asked.append((question, list(passages)))
        return np.array([passage.count(self.word) for passage in passages], dtype=np.float32)


class Broken(WordCounter):
    name = "broken"

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        raise RuntimeError(f"out of memory at {passages[0]}")


# -- the model ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["plain", "saved"])
def test_scores_are_those_worked_out_by_hand_and_those_of_sentence_transformers(
    layout: str, request: pytest.FixtureRequest
) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    folder: Path = request.getfixturevalue(layout)
    reranker = load_reranker(read_reranker_spec(folder), folder=folder)
    passages = ["gạo lúa", "túy", "gạo túy túy cá", ""]

    scores = reranker.score("gạo cá", passages)

    # [CLS] gạo cá [SEP] … [SEP]: five tokens and those of the passage.
    expected = [score_by_hand(0, 7), score_by_hand(1, 6), score_by_hand(2, 9), score_by_hand(0, 5)]
    assert (scores.dtype, scores.shape) == (np.float32, (4,))
    assert scores == pytest.approx(expected, abs=1e-5)
    assert scores[2] > scores[1] > 1
    direct = CrossEncoder(str(folder), device="cpu", local_files_only=True).predict(
        [("gạo cá", passage) for passage in passages], activation_fn=Identity(), show_progress_bar=False
    )
    assert scores == pytest.approx(direct, abs=1e-6)


def test_batches_do_not_change_scores(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = load_reranker(read_reranker_spec(plain), folder=plain)
    passages = [f"túy {'gạo ' * n}" for n in (3, 40, 1, 17, 5, 26, 2)]
    together = reranker.score("cá", passages)
    monkeypatch.setattr("rag.rerank._BATCH_SIZE", 3)
    monkeypatch.setattr("rag.loading._TOKENS_AT_ONCE", 60)
    assert reranker.score("cá", passages) == pytest.approx(together, abs=1e-6)
    # [CLS] cá [SEP] túy … [SEP]: the fewer other words, the higher.
    assert together == pytest.approx([score_by_hand(1, 5 + n) for n in (3, 40, 1, 17, 5, 26, 2)], abs=1e-5)


def test_no_passages_have_no_scores(plain: Path) -> None:
    assert load_reranker(read_reranker_spec(plain), folder=plain).score("gạo", []).shape == (0,)


def test_what_lies_beyond_the_limit_is_not_seen(plain: Path) -> None:
    spec = read_reranker_spec(plain)
    assert (spec.kind, spec.max_tokens, spec.dim) == (ModelKind.RERANKER, LIMIT, 0)
    whole = load_reranker(spec, folder=plain)
    cut = load_reranker(replace(spec, max_tokens=8), folder=plain)
    # [CLS] cá [SEP], four words, [SEP]: the fifth word is beyond eight tokens.
    assert whole.score("cá", ["gạo gạo gạo gạo túy"])[0] == pytest.approx(score_by_hand(1, 9), abs=1e-5)
    assert cut.score("cá", ["gạo gạo gạo gạo túy"])[0] == 0
    # A limit that is wider than the model's own is not believed: its positions end there.
    wide = load_reranker(replace(spec, max_tokens=4096), folder=plain)
    assert wide.score("cá", ["gạo " * 1000])[0] == 0


def test_many_threads_get_the_scores_that_one_gets(plain: Path) -> None:
    reranker = load_reranker(read_reranker_spec(plain), folder=plain)
    passages = [f"túy {'gạo ' * n}" for n in range(20)]
    expected = reranker.score("cá", passages)
    got: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: got.append(reranker.score("cá", passages))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert all((scores == expected).all() for scores in got)


def test_a_reranker_of_a_folder_is_told_apart_by_its_content(plain: Path, tmp_path: Path) -> None:
    reranker = load_reranker(read_reranker_spec(plain), folder=plain)
    assert (reranker.name, reranker.revision) == ("loves-one-word", hash_folder(plain))
    other = copy(plain, tmp_path)
    content = bytearray((other / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (other / "model.safetensors").write_bytes(content)
    assert load_reranker(read_reranker_spec(other), folder=other).revision != reranker.revision


# -- what is refused ------------------------------------------------------------------------------------


def test_pickled_weights_are_refused(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pickled files \(.bin, .pt\), which can run code .* only safetensors"):
        read_reranker_spec(folder)


def test_two_labels_are_refused(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "two", n_labels=2)
    # Two labels are what transformers takes where the settings name none, and so does not write.
    assert "id2label" not in json.loads((folder / "config.json").read_text("utf-8"))
    with pytest.raises(ModelError, match=r"two gives 2 labels for a pair of texts; a reranker gives one score"):
        read_reranker_spec(folder)


def test_three_labels_are_refused(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "three", n_labels=3)
    with pytest.raises(ModelError, match=r"three gives 3 labels"):
        read_reranker_spec(folder)


def test_a_folder_without_settings_is_refused_by_name(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    (folder / "config.json").unlink()
    with pytest.raises(ModelMissingError, match=r"loves-one-word is not whole: config.json absent or cut short"):
        read_reranker_spec(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"there is no folder .*absent"):
        choose_reranker(str(tmp_path / "absent"), registry=load_registry())


def test_an_embedder_is_no_reranker() -> None:
    with pytest.raises(ModelError, match=r"is made of Transformer, Pooling.*; a reranker is one transformer"):
        read_reranker_spec(minilm())


@pytest.mark.parametrize(
    ("architectures", "named"),
    [(["BertModel"], "BertModel"), (["Qwen3ForCausalLM"], "Qwen3ForCausalLM"), (None, "nothing"), ([], "nothing")],
    ids=["bare", "language model", "absent", "empty"],
)
def test_a_model_that_would_get_a_random_head_is_refused(
    plain: Path, tmp_path: Path, architectures: list[str] | None, named: str
) -> None:
    folder = copy(plain, tmp_path)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "architectures": architectures}), "utf-8")
    with pytest.raises(ModelError, match=rf"gives no score for a pair of texts: its config.json names {named} under"):
        read_reranker_spec(folder)


def test_settings_that_are_no_object_are_refused(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    (folder / "config.json").write_text("[]", "utf-8")
    with pytest.raises(ModelError, match="names nothing under"):
        read_reranker_spec(folder)


def test_code_of_the_models_own_is_refused(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    module = {"idx": 0, "name": "0", "type": "office.Module", "path": ""}
    (folder / "modules.json").write_text(json.dumps([module]))
    with pytest.raises(ModelError, match=r"wants code of its own \(office.Module in ''\)"):
        read_reranker_spec(folder)


def test_code_that_the_settings_name_is_not_run(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w')\nclass Own: ...\n", "utf-8")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    named = {
        "auto_map": {"AutoConfig": "own.Own", "AutoModelForSequenceClassification": "own.Own"},
        "sentence_transformers": {"activation_fn": "own.Own"},
    }
    (folder / "config.json").write_text(json.dumps({**config, **named}), "utf-8")
    reranker = load_reranker(read_reranker_spec(folder), folder=folder)
    assert reranker.score("cá", ["túy"])[0] == pytest.approx(score_by_hand(1, 5), abs=1e-5)
    assert not ran.exists()


def test_an_architecture_nobody_knows_is_named(plain: Path, tmp_path: Path) -> None:
    folder = copy(plain, tmp_path)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "nothing"}), "utf-8")
    with pytest.raises(ModelError, match=r"loves-one-word cannot be loaded on cpu"):
        load_reranker(read_reranker_spec(folder), folder=folder)


def test_weights_that_give_no_numbers_are_refused(plain: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = copy(plain, tmp_path)
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.weight"][:] = np.nan
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="loves-one-word gave a score that is not a number"):
        load_reranker(read_reranker_spec(folder), folder=folder).score("cá", ["túy"])


# -- by name --------------------------------------------------------------------------------------------


def test_a_named_reranker_that_is_not_here_is_told_with_the_way_out() -> None:
    with pytest.raises(ModelMissingError, match=r"'rag models pull bge-reranker-v2-m3'.*go on without --reranker"):
        choose_reranker("bge-reranker-v2-m3", registry=load_registry())
    with pytest.raises(ModelMissingError, match=r"'rag models pull bge-reranker-v2-m3', name a folder"):
        load_reranker(load_registry().find("bge-reranker-v2-m3"))


def test_an_unknown_reranker_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"unknown reranker 'bge'; models.yaml has bge-reranker-v2-m3, vietnamese-re"):
        choose_reranker("bge", registry=load_registry())
    with pytest.raises(ConfigError, match=r"unknown reranker 'builtin' \(it is of kind embedder\)"):
        choose_reranker("builtin", registry=load_registry())


def test_a_reranker_is_found_by_name_where_models_are_kept(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS_DIR", str(tmp_path))
    shutil.copytree(plain, tmp_path / "bge-reranker-v2-m3")
    chosen = choose_reranker("bge-reranker-v2-m3", registry=load_registry())
    assert chosen.folder == tmp_path / "bge-reranker-v2-m3" == find_model(chosen.spec)
    reranker = load_reranker(chosen.spec, folder=chosen.folder)
    # Nothing says that these are the pinned weights, so they are told apart by what they are.
    assert (reranker.name, reranker.revision) == ("bge-reranker-v2-m3", hash_folder(plain))
    assert reranker.score("cá", ["túy"])[0] == pytest.approx(score_by_hand(1, 5), abs=1e-5)


def test_a_pull_that_cannot_be_names_the_ways_out_of_a_reranker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match=r"name any folder with --reranker FOLDER, or go on without a reranker"):
        pull_model(load_registry().find("vietnamese-reranker"))


# -- what goes wrong with a question --------------------------------------------------------------------


def test_whatever_a_reranker_raises_is_one_error_that_does_not_quote_the_texts() -> None:
    with pytest.raises(RerankError, match=r"the reranker broken failed: RuntimeError; the order before it stands"):
        CheckedReranker(Broken()).score("câu hỏi", ["mật"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1.0], r"gave scores of shape \(1,\), not \(2,\)"),
        ([[1.0], [2.0]], r"gave scores of shape \(2, 1\), not \(2,\)"),
        ([1.0, math.nan], "gave a score that is not a number"),
        (["cao", "thấp"], "failed: ValueError"),
    ],
    ids=["too few", "a column", "not a number", "words"],
)
def test_scores_that_are_none_are_refused(given: list[object], message: str) -> None:
    class Odd(WordCounter):
        def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
            return given  # type: ignore[return-value]

    with pytest.raises(RerankError, match=message):
        CheckedReranker(Odd()).score("câu hỏi", ["một", "hai"])


# -- the engine -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("rerank") / "library"
    with Engine(library, embedder="builtin") as engine:
        engine.index(SEEDS)
    return library


def test_a_rerankers_order_is_the_order_of_the_hits(seeds_library: Path, plain: Path) -> None:
    with Engine(seeds_library) as engine:
        before = engine.retrieve(INCOME, top_k=30)
    with Engine(seeds_library, reranker=plain) as engine:
        assert engine.reranker_name == "loves-one-word"
        after = engine.retrieve(INCOME, top_k=30)

    assert "35,7 triệu" in before[0].passage.text
    assert LOVED in after[0].passage.text
    assert [hit.rank for hit in after] == list(range(1, len(after) + 1))
    scores = [hit.channels.reranker for hit in after]
    assert scores[0] is not None
    assert scores[0] > 0
    # No other passage has the word: all others have the same score, and come by their ids.
    assert scores[1:] == [0.0] * (len(after) - 1)
    assert [hit.passage.id for hit in after[1:]] == sorted(hit.passage.id for hit in after[1:])
    # The same passages, and what the other channels say of each is as it was.
    assert {hit.channels.reranker for hit in before} == {None}
    fused = {hit.passage.id: (hit.channels.dense, hit.channels.lexical) for hit in before}
    assert {hit.passage.id: (hit.channels.dense, hit.channels.lexical) for hit in after} == fused


def test_any_object_with_a_score_is_a_reranker(seeds_library: Path) -> None:
    counter = WordCounter("bình quân đầu người")
    with Engine(seeds_library, reranker=counter) as engine:
        answer = engine.ask(INCOME)
        configuration = engine.configuration(top_k=10)

    assert (answer.reranker, answer.short) == ("counts words", "35,7 triệu đồng/năm")
    assert [hit.channels.reranker for hit in answer.evidence] == [1.0] + [0.0] * 9
    assert (configuration["reranker"], configuration["reranker_revision"]) == ("counts words", "1")
    [(question, passages)] = counter.asked
    assert question == INCOME
    # A passage is read under its report's title, unless it begins with it.
    title = answer.evidence[0].context.title.rstrip("… ")
    [first] = [passage for passage in passages if "35,7 triệu" in passage]
    [other] = [passage for passage in passages if LOVED in passage]
    assert first == answer.evidence[0].passage.text
    assert other.startswith(title)
    assert other.splitlines()[1].startswith("Ban Thường vụ Huyện ủy đã lãnh đạo")


def test_without_a_reranker_none_is_named(seeds_library: Path) -> None:
    with Engine(seeds_library) as engine:
        assert (engine.reranker, engine.reranker_name) == (None, None)
        assert engine.ask(INCOME).reranker is None
        assert engine.configuration(top_k=10)["reranker"] is None


def test_a_reranker_that_fails_costs_no_answer(seeds_library: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Engine(seeds_library) as engine:
        expected, hits = engine.ask(INCOME), engine.retrieve(INCOME)
    with caplog.at_level(logging.WARNING), Engine(seeds_library, reranker=Broken()) as engine:
        answer, found = engine.ask(INCOME), engine.retrieve(INCOME)
        notes = list(engine.notes)

    told = (
        "the reranker broken failed: RuntimeError; the order before it stands. Ask again, or go on without --reranker"
    )
    assert found == hits
    assert answer.reranker is None
    assert replace(answer, seconds={}) == replace(expected, seconds={})
    assert notes == [told]
    assert [record.getMessage() for record in caplog.records] == [told, told]


def test_a_question_no_passage_bears_on_names_no_reranker(tmp_path: Path) -> None:
    embedder = build_library(tmp_path / "library", {"a.txt": "Gạo\n\nLúa chín."})
    counter = WordCounter()
    with Engine(tmp_path / "library", embedder=embedder, reranker=counter) as engine:
        answer = engine.ask("Gạo?", filters=make_filters(date_from="1999", date_to="1999"))
    assert (answer.evidence, answer.reranker, counter.asked) == ((), None, [])


def test_questions_that_are_made_up_are_not_reranked(seeds_library: Path) -> None:
    counter = WordCounter()
    with Engine(seeds_library, reranker=counter) as engine:
        assert engine.examples()
    assert counter.asked == []


def test_a_wrong_reranker_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown reranker 'nobody'"):
        Engine(tmp_path / "library", reranker="nobody")
    with pytest.raises(ModelMissingError, match="rag models pull vietnamese-reranker"):
        Engine.open(source=SEEDS, reranker="vietnamese-reranker")
    assert not (tmp_path / "library").exists()


def test_two_who_ask_at_once_load_the_model_once(seeds_library: Path, plain: Path) -> None:
    with Engine(seeds_library, reranker=plain) as engine:
        got: list[object] = []
        threads = [threading.Thread(target=lambda: got.append(engine.reranker)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(got) == 4
    assert len({id(reranker) for reranker in got}) == 1


# -- the doors ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    return Offline(tmp_path_factory.mktemp("offline"))


def test_the_command_retrieve_reranks_and_nothing_leaves_the_machine(offline: Offline, saved: Path) -> None:
    before = read_json(offline.rag("retrieve", "--from", SEEDS, INCOME, "--json", "-k", 4))
    done = offline.rag("retrieve", "--from", SEEDS, INCOME, "--reranker", saved, "--json", "-k", 4)

    hits = read_json(done)
    assert done.returncode == 0, done.stderr
    assert [hit["channels"]["reranker"] for hit in before] == [None] * 4
    assert "35,7 triệu" in before[0]["text"]
    assert LOVED in hits[0]["text"]
    assert hits[0]["channels"]["reranker"] > 0
    assert [hit["channels"]["reranker"] for hit in hits[1:]] == [0.0] * 3


def test_the_command_ask_names_the_reranker(offline: Offline, plain: Path) -> None:
    reranked = read_json(offline.rag("ask", "--from", SEEDS, INCOME, "--reranker", plain, "--json"))
    without = read_json(offline.rag("ask", "--from", SEEDS, INCOME, "--json"))

    assert (reranked["reranker"], without["reranker"]) == ("loves-one-word", None)
    assert LOVED in reranked["evidence"][0]["text"]
    assert without["short"] == "35,7 triệu đồng/năm"
    shown = offline.rag("retrieve", "--from", SEEDS, INCOME, "--reranker", plain, "-k", 1)
    assert ", reranker " in shown.stdout.splitlines()[0]


def test_the_command_evaluate_keeps_the_reranker_with_its_figures(
    offline: Offline, plain: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    done = offline.rag(
        "evaluate", SEEDS / "questions.jsonl", "--corpus", SEEDS, "--reranker", plain, "--out", out, "--limit", 2
    )

    assert done.returncode == 0, done.stderr
    configuration = json.loads((out / "summary.json").read_text("utf-8"))["configuration"]
    assert (configuration["reranker"], configuration["reranker_revision"]) == ("loves-one-word", hash_folder(plain))


@pytest.mark.parametrize(
    ("wished", "code", "said"),
    [
        ("bge-reranker-v2-m3", 1, "rag models pull bge-reranker-v2-m3"),
        ("nobody", 2, "unknown reranker 'nobody'; models.yaml has bge-reranker-v2-m3, vietnamese-reranker."),
        ("./absent", 1, "there is no folder"),
    ],
    ids=["not here", "unknown", "no folder"],
)
def test_a_reranker_that_cannot_be_used_ends_the_command_with_one_line(
    offline: Offline, wished: str, code: int, said: str
) -> None:
    done = offline.rag("ask", "--from", SEEDS, INCOME, "--reranker", wished)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_rerankers_are_listed_and_their_places_told(tmp_path: Path) -> None:
    listed = {one["name"]: one for one in read_json(run_rag("models", "list", "--json", cache=tmp_path))}
    assert listed["bge-reranker-v2-m3"] == {
        "name": "bge-reranker-v2-m3",
        "kind": "reranker",
        "licence": "Apache-2.0",
        "size_mb": 2290,
        "here": False,
        "path": None,
        "default": False,
    }
    place = run_rag("models", "path", "vietnamese-reranker", cache=tmp_path).stdout.strip()
    assert place.endswith("models--AITeamVN--Vietnamese_Reranker/snapshots/f536976248403314225d7fdfdbc87f0e9516a54e")


def test_a_server_reranks_and_says_by_what(offline: Offline, plain: Path, tmp_path: Path) -> None:
    arguments = ("--from", SEEDS, "--reranker", plain)
    with run_server(*arguments, cache=tmp_path / "serve", environment=offline.environment) as server:
        state = httpx.get(f"{server.url}/readyz").json()
        answer = httpx.post(f"{server.url}/v1/ask", json={"question": INCOME}, timeout=60).json()
        found = httpx.post(f"{server.url}/v1/retrieve", json={"question": INCOME, "top_k": 2}, timeout=60).json()
        page = httpx.get(f"{server.url}/", timeout=60)

    assert (state["embedder"], state["reranker"]) == ("builtin", "loves-one-word")
    assert (answer["embedder"], answer["reranker"]) == ("builtin", "loves-one-word")
    assert LOVED in found["hits"][0]["text"]
    assert found["hits"][0]["channels"]["reranker"] > 0
    assert page.status_code == 200
    assert offline.tried() == []


def test_the_chat_shows_the_reranker_and_its_scores_where_there_are_any(seeds_library: Path) -> None:
    shown = Shown(language="en", turn=1)
    with Engine(seeds_library, reranker=WordCounter()) as engine:
        [hit] = engine.retrieve(INCOME, top_k=1)
        about = draw_about(Service(engine), "vi")
    assert "<dt>Mô hình xếp hạng lại</dt><dd>counts words</dd>" in about
    assert "<dt>reranked</dt><dd>1.000</dd>" in draw_passages([hit_json(hit)], shown)

    with Engine(seeds_library) as engine:
        [hit] = engine.retrieve(INCOME, top_k=1)
        about = draw_about(Service(engine), "vi")
    assert "Mô hình xếp hạng lại" not in about
    assert "reranked" not in draw_passages([hit_json(hit)], shown)
