"""Turns what run.sh collected, round by round, into decode-compare.csv and decode-compare.md."""

import json
import pathlib
import statistics
import sys

CONTEXT = 256
OURS = {"fp32": (4, 4), "bf16": (2, 2), "int8": (1.0625, 1.0625), "int4": (0.5625, 1.0625)}   # bytes a weight: layers, output


def lines(path):                                        # a log may stand between
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def ours(path):
    said = lines(path)[0]
    found = {"decode": said["tokensPerSecond"], "prompt": said["prefillTokensPerSecond"]}
    for cost in said["verifyCost"]:
        if cost["rows"] > 1:
            found[f"pass-{cost['rows']}"] = cost["milliseconds"]
    return found, said["engine"]


def theirs(bench, batched):
    found = {}
    for said in lines(bench):
        tokens = said["n_gen"] or said["n_prompt"]
        found["decode" if said["n_gen"] else "prompt"] = tokens * 1e9 / statistics.median(said["samples_ns"])
        build = f"build {said['build_number']} ({said['build_commit']})", f"keys {said['type_k']}, values {said['type_v']}"
    passes = {}
    for said in lines(batched):
        passes.setdefault(f"pass-{said['pl']}", []).append(1e3 * said["t_tg"] / said["tg"])
    return found | {name: statistics.median(times) for name, times in passes.items()}, build


def compare(folder):                                    # one model in one pair of formats
    rounds = sorted(int(path.stem) for path in folder.glob("*.llmeff"))
    stored = json.loads((folder / "stored").read_text())
    pairs = []
    for number in rounds:
        mine, engine = ours(folder / f"{number}.llmeff")
        other, build = theirs(folder / f"{number}.bench", folder / f"{number}.batched")
        pairs.append((mine, other))
    measures = {}
    for name in pairs[0][0]:
        a, b = [pair[0][name] for pair in pairs], [pair[1][name] for pair in pairs]
        ratios = [y / x if name.startswith("pass") else x / y for x, y in zip(a, b)]       # paired: round by round
        measures[name] = (a, b, ratios)
    return {"model": folder.parent.name, "format": folder.name, "stored": stored, "measures": measures, "engine": engine,
            "build": build, "rounds": len(rounds)}


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def both(measure):
    a, b, ratios = (statistics.median(values) for values in measure)
    return f"{number(a)} | {number(b)} | {ratios:.2f}"


def csv(results):
    yield ("model,llmeff_format,llama_cpp_format,measure,unit,rounds,llmeff_median,llmeff_min,llmeff_max,llama_cpp_median,"
           "llama_cpp_min,llama_cpp_max,speed_ratio_median,speed_ratio_min,speed_ratio_max,llmeff_layer_bytes,llmeff_output_bytes,"
           "llama_cpp_layer_bytes,llama_cpp_output_bytes,llama_cpp_output_format")
    for result in results:
        stored = result["stored"]
        for name, measure in result["measures"].items():
            unit = "ms" if name.startswith("pass") else "tokens/s"
            values = [f"{f(values):.4f}" for values in measure for f in (statistics.median, min, max)]
            layer, output = OURS[result["format"]]
            yield ",".join([result["model"], result["format"], stored["layers"], name, unit, str(result["rounds"]), *values,
                            f"{layer}", f"{output}", f"{stored['layer_bytes']}", f"{stored['output_bytes']}", stored["output"]])


def table(results, ours_note, theirs_note):
    yield (f"| model | format | bytes a weight | of the output matrix | tokens/s behind {CONTEXT}: llmeff | llama.cpp | × "
           f"| prompt of {CONTEXT}, tokens/s: llmeff | llama.cpp | × |")
    yield "|---|---|---|---|---:|---:|---:|---:|---:|---:|"
    for result in results:
        stored, (layer, output) = result["stored"], OURS[result["format"]]
        yield (f"| {result['model']} | {result['format']} / {stored['layers']} | {layer:g} / {stored['layer_bytes']:g} "
               f"| {output:g} / {stored['output_bytes']:g} ({stored['output']}) "
               f"| {both(result['measures']['decode'])} | {both(result['measures']['prompt'])} |")
    passes = [name for name in results[0]["measures"] if name.startswith("pass")]
    yield ""
    yield f"Milliseconds of a pass of k rows behind {CONTEXT} tokens, all rows with logits: llmeff / llama.cpp (×)"
    yield ""
    yield "| model | format | " + " | ".join(f"k = {name[5:]}" for name in passes) + " |"
    yield "|---|---|" + "---:|" * len(passes)
    for result in results:
        cells = []
        for name in passes:
            a, b, ratios = (statistics.median(values) for values in result["measures"][name])
            cells.append(f"{number(a)} / {number(b)} ({ratios:.2f})")
        yield f"| {result['model']} | {result['format']} / {result['stored']['layers']} | {' | '.join(cells)} |"
    yield ""
    counts = "/".join(str(count) for count in sorted({result["rounds"] for result in results}))
    engines = "; ".join(dict.fromkeys(result["engine"] for result in results))
    builds = "; ".join(dict.fromkeys(", ".join(result["build"]) for result in results))
    yield (f"{counts} rounds in turn, medians; × is the median of the rounds' ratios, above 1 where llmeff is faster. "
           "Weights are random: their values do not matter for speed.")
    yield ""
    yield f"- {ours_note}: {engines}"
    yield f"- llama.cpp {builds}; {theirs_note}"


def main():
    raw, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    results = [compare(path.parent) for path in sorted(raw.glob("*/*/stored"), key=lambda path: path.stat().st_mtime_ns)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decode-compare.csv").write_text("\n".join(csv(results)) + "\n")
    text = "\n".join(table(results, *sys.argv[3:5])) + "\n"
    (folder / "decode-compare.md").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
