#!/usr/bin/env bash
# Train the bot, unless a trained one in models/ is newer than everything it is made from.
set -euo pipefail
cd "$(dirname "$0")/.."

bot=""
for candidate in models/*.tar.gz; do
    if [ -f "$candidate" ] && { [ -z "$bot" ] || [ "$candidate" -nt "$bot" ]; }; then
        bot=$candidate
    fi
done

# Folders count where a deleted file changes the bot; elsewhere Python's caches would touch them.
changed() {
    {
        find config.yml domain.yml rasa_project models/emotion-id emotion_component \
            -name __pycache__ -prune -o -name '*.md' -o -type f -newer "$bot" -print
        find rasa_project/data -type d -newer "$bot" -print
    } 2>/dev/null | sed -n 1p
}

if [ -n "$bot" ] && [ -z "$(changed)" ]; then
    exit 0
fi
if [ -n "$bot" ]; then echo "$(changed) is newer than the trained bot."; fi

label="Training the bot"
scripts/progress.sh "$label" .venv/bin/python scripts/quiet_rasa.py train
if grep -q 'UserWarning:' .logs/Training-the-bot.log; then
    echo "Rasa has remarks about the bot's files, none of them an error: see .logs/Training-the-bot.log"
fi
