using System.Buffers;
using System.Collections.Frozen;

namespace LlmEfficiency.Core.Answers;

/// <summary>The vocabulary of written answers.</summary>
internal static class MathWords
{
    /// <summary>Commands that only set type or space.</summary>
    public static readonly FrozenSet<string> Ignored = Set(
        "left right big Big bigl bigr Bigl Bigr bigg Bigg biggl biggr Biggl Biggr middle displaystyle "
        + "textstyle scriptstyle "
        + "quad qquad limits nolimits thinspace , ! ; : > $ rm bf it boldsymbol");

    /// <summary>Commands and signs that are operators, by their one sign.</summary>
    public static readonly FrozenDictionary<string, string> Marks = Map(
        "cdot * times * ast * div / colon / pm ± mp ∓ le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ lt < "
        + "gt > ne ≠ neq ≠ in ∈ "
        + "cup ∪ circ ° degree ° % % { ⦃ } ⦄ lbrace ⦃ rbrace ⦄ lvert | rvert | vert | | | approx ≈ simeq ≈ prime ' "
        + "lbrack [ rbrack ] lparen ( rparen ) & &");

    /// <summary>Signs outside ASCII, spelled in LaTeX or ASCII.</summary>
    public static readonly FrozenDictionary<char, string> Signs = (
        "−:- –:- ×:* ·:* ⋅:* ∗:* ÷:/ ∕:/ π:\\pi_ √:_sqrt_ ∞:\\infty_ ±:\\pm_ ∓:\\mp_ ≤:\\le_ ≥:\\ge_ "
        + "≠:\\ne_ ∈:\\in_ ∪:\\cup_ "
        + "≈:\\approx_ °:^\\circ_ ²:^2 ³:^3 ½:\\frac{1}{2} ¼:\\frac{1}{4} ¾:\\frac{3}{4} θ:\\theta_ "
        + "α:\\alpha_ β:\\beta_ λ:\\lambda_ "
        + "φ:\\phi_ μ:\\mu_ ′:' ，:, \u00a0:_ \u2009:_ \u202f:_ \u200b: €: £: ~:_ \t:_ \r:_ \n:_")
        .Split(' ').ToFrozenDictionary(pair => pair[0], pair => pair[2..].Replace('_', ' '));

    /// <summary>The vowels, which words have and products of variables seldom.</summary>
    public static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouyAEIOUY");

    /// <summary>Functions of one argument, as commands and as plain words.</summary>
    public static readonly FrozenSet<string> Functions = Set(
        "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln exp lg abs");

    /// <summary>Commands with arguments of their own form, by their plain name.</summary>
    public static readonly FrozenDictionary<string, string> Forms = Map(
        "frac frac dfrac frac tfrac frac cfrac frac sqrt sqrt binom binom dbinom binom tbinom binom "
        + "boxed group fbox group");

    /// <summary>Commands whose braces hold words or an upright symbol.</summary>
    public static readonly FrozenSet<string> Texts = Set(
        "text mbox mathrm textbf textrm textit operatorname mathbf mathit hbox textnormal mathsf");

    /// <summary>Commands that mark a symbol; the mark becomes part of its name.</summary>
    public static readonly FrozenSet<string> Accents = Set(
        "overline bar vec hat dot ddot tilde mathbb mathcal underline widehat overrightarrow");

    /// <summary>Names that stand for one symbol, as commands and as plain words.</summary>
    public static readonly FrozenSet<string> Letters = Set(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
        + "pi rho sigma tau upsilon phi "
        + "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar infty "
        + "infinity emptyset varnothing AA odot");

    /// <summary>
    /// Units and their one name; units that are not here are dropped and never contradict each other.
    /// </summary>
    public static readonly FrozenDictionary<string, string> Units = Map(
        "cm cm centimeter cm centimeters cm centimetres cm mm mm millimeter mm millimeters mm m m meter "
        + "m meters m metre m metres m km km "
        + "kilometer km kilometers km inch in inches in foot ft feet ft ft ft yard yd yards yd mile mi miles mi mi mi "
        + "second s seconds s sec s secs s minute min minutes min min min mins min hour h hours h hr h "
        + "hrs h day day days day "
        + "week week weeks week month month months month year year years year g g gram g grams g kg kg "
        + "kilogram kg kilograms kg "
        + "dollar dollar dollars dollar cent cent cents cent degree degree degrees degree radian radian "
        + "radians radian mph mph kph kph "
        + "unit unit units unit point point points point percent percent");

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet();

    private static FrozenDictionary<string, string> Map(string pairs) => pairs.Split(' ').Chunk(2)
        .ToFrozenDictionary(pair => pair[0], pair => pair[1]);
}
