"""Turns the lines that run.sh collected, round by round, into training-compare.csv and training-compare.md."""

import json
import pathlib
import statistics
import sys


def main():
    lines, folder, note = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    rounds = {}                                                             # contender -> tokens/s of each round
    for line in lines.read_text().splitlines():
        entry = json.loads(line)
        rate = entry["tokens"] / statistics.median(entry["seconds"])
        rounds.setdefault(entry["contender"], []).append(rate)
    theirs = [name for name in rounds if name.startswith("pytorch")]
    best = max(theirs, key=lambda name: statistics.median(rounds[name]))

    def ratio(name, other):                                                 # paired: round by round
        return statistics.median(a / b for a, b in zip(rounds[name], rounds[other]))

    # A contender that ran in the first round only is compared within that round.
    csv = ["contender,rounds,tokens_per_second_median,min,max,ratio_to_" + ",ratio_to_".join(theirs)]
    table = [
        f"| contender | tokens/s | slowest … fastest | rounds | {' | '.join('× ' + name for name in theirs)} |",
        f"|---|---:|---:|---:|{'---:|' * len(theirs)}"]
    for name, rates in rounds.items():
        middle, ratios = statistics.median(rates), [ratio(name, other) for other in theirs]
        csv.append(f"{name},{len(rates)},{middle:.1f},{min(rates):.1f},{max(rates):.1f}," + ",".join(f"{r:.4f}" for r in ratios))
        table.append(
            f"| {name} | {middle:.0f} | {min(rates):.0f} … {max(rates):.0f} | {len(rates)} | {' | '.join(f'{r:.2f}' for r in ratios)} |")
    table += ["", f"Contenders in turn, medians; ratios are medians of the rounds' ratios. "
              f"The fastest PyTorch is {best}. {note}"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "training-compare.csv").write_text("\n".join(csv) + "\n")
    (folder / "training-compare.md").write_text("\n".join(table) + "\n")
    print("\n".join(table))


if __name__ == "__main__":
    main()
