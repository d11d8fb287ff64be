#!/usr/bin/env bash
# On a bare machine with an NVIDIA GPU and Python 3.11, in a clone: installs, checks, measures, trains.
#   deploy/gpu.sh [FOLDER]
# Kernels are compiled in the first minutes; WARP_CACHE_PATH may name a folder that is carried along.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-runs/gpu}
mkdir -p "$out"
python3 -m venv .venv-gpu
.venv-gpu/bin/pip install -q -c constraints.txt -e '.[rl,gpu,dev]'  # PyPI's torch for Linux has CUDA

RETROWALK_WARP_DEVICE=cuda .venv-gpu/bin/python -P -m pytest -q -p no:cacheprovider \
  tests/envs/gym/test_warp.py tests/envs/gym/test_tensors.py \
  tests/experiments/learning/test_warp_training.py
.venv-gpu/bin/python -P deploy/gpu_rates.py --device cuda | tee "$out/rates.txt"

sed -e 's/^name:.*/name: excitation-gpu/' -e 's/^walkers:.*/walkers: 4096/' \
  -e 's/^steps:.*/steps: 60000000/' -e 's/^segment_steps:.*/segment_steps: 3932160/' \
  -e 's/batch_size:.*/batch_size: 32768/' -e '/^evaluation:/d' \
  -e '/^walkers:/a backend: warp\ndevice: cuda' \
  experiments/learning/configs/ppo-excitation.yaml >"$out/excitation-gpu.yaml"
time .venv-gpu/bin/retrowalk train "$out/excitation-gpu.yaml" --out "$out/training"
.venv-gpu/bin/retrowalk run steady-backward --no-open --out "$out/judged" --set trials=16 --set duration_s=12 \
  --set "policy=$out/training/excitation-gpu.onnx" --set "factors.speed_m_per_s=[0.6]" --set "contrasts=[]"
