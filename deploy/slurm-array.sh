#!/bin/bash
# One run a seed, as an array of jobs: sbatch deploy/slurm-array.sh my-study.yaml
# A job that is stopped goes on where it was when it is submitted again.
#SBATCH --job-name=retrowalk
#SBATCH --array=1-10
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --time=04:00:00
#SBATCH --output=runs/slurm-%A_%a.log
set -euo pipefail

config=${1:?a config, such as my-study.yaml}
seed=${SLURM_ARRAY_TASK_ID:?this script is for sbatch}
name=$(basename "$config" .yaml)

retrowalk run "$config" --set "seed=$seed" --out "runs/$name-$seed" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" --resume --no-open
