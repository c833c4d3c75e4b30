"""Rasa's own commands, as its users type them: at the root, with no flags."""

from __future__ import annotations

from pathlib import Path

import pexpect
import yaml

from tests.servers import ENVIRONMENT, RASA_PYTHON, copy_project, run_rasa

EMOTION = "emotion_component.rasa.EmotionComponent"


def test_rasa_shell_hands_an_angry_customer_over(project: Path) -> None:
    shell = pexpect.spawn(
        str(RASA_PYTHON),
        ["-m", "rasa", "shell"],
        cwd=str(project),
        env={**ENVIRONMENT, "TERM": "dumb", "COLUMNS": "200"},
        encoding="utf-8",
        dimensions=(50, 200),
        timeout=180,
    )
    with (project / "shell.log").open("w", encoding="utf-8") as log:
        shell.logfile_read = log
        shell.expect("Your input ->")
        shell.sendline("halo")
        shell.expect("Tari, asisten virtual")
        shell.expect("Your input ->")
        shell.sendline("dasar bot tolol, penipu semua! balikin uang saya bangsat!")
        shell.expect("Petugas kami sudah saya panggil")
        shell.expect("Your input ->")
        shell.sendline("/stop")
        shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 0


def test_rasa_data_validate_finds_nothing(project: Path) -> None:
    validated = run_rasa(project, "data", "validate", "--fail-on-warnings")

    assert validated.returncode == 0, validated.stderr[-4000:]


def test_rasa_train_refuses_a_wrong_setting_and_says_which(tmp_path: Path) -> None:
    copy_small_project(tmp_path, model="models/emotion-xx")

    trained = run_rasa(tmp_path, "train")

    assert trained.returncode != 0
    assert "models/emotion-xx" in trained.stdout + trained.stderr
    assert not list(tmp_path.glob("models/*.tar.gz"))


def test_a_changed_model_is_noticed_by_rasa_train(tmp_path: Path) -> None:
    copy_small_project(tmp_path)
    read_again = "Starting to train component 'EmotionComponent'"
    from_cache = "Restored component 'EmotionComponent' from cache"
    first = run_rasa(tmp_path, "train").stderr
    unchanged = run_rasa(tmp_path, "train").stderr
    metadata = tmp_path / "models" / "emotion-id" / "emotion.json"
    text = metadata.read_text("utf-8")
    metadata.write_text(text.replace('"max_length": 128', '"max_length": 64'), "utf-8")

    changed = run_rasa(tmp_path, "train").stderr

    assert read_again in first
    assert from_cache in unchanged
    assert read_again in changed


def copy_small_project(to: Path, **settings: str) -> None:
    """A bot that only reads emotions: all else takes most of a minute to train.

    Args:
        settings: of the component.
    """
    copy_project(to)
    config = yaml.safe_load((to / "config.yml").read_text("utf-8"))
    (component,) = (one for one in config["pipeline"] if one["name"] == EMOTION)
    config["pipeline"] = [{**component, **settings}]
    (to / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
