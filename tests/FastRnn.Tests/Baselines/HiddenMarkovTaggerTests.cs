using FastRnn.Baselines.Markov;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Baselines;

public sealed class HiddenMarkovTaggerTests
{
    private const double Rounding = 1e-12;

    private static readonly HiddenMarkovTaggerOptions AllWords = new() { RareCount = 0 };

    /// <summary>
    /// "a b" and "a", tagged x y and x: shares of x and y 2/3 and 1/3; λ = 1. Symbols: a, b and the 7 shapes, so that with one more of each
    /// a has 3/12, b 2/12 and a shape 1/12.
    /// </summary>
    [Fact]
    public void HiddenMarkovTagger_Train_twoSentences_hasTheProbabilitiesWorkedOutByHand()
    {
        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train([["a", "b"], ["a"]], [["x", "y"], ["x"]], AllWords);
        Assert.Equal(["x", "y"], tagger.Tags);
        Near([(2 + 2 / 3.0) / 3, (1 / 3.0) / 3], tagger.Model.InitialProbabilities);
        Near([(2 / 3.0) / 2, (1 + 1 / 3.0) / 2, 2 / 3.0, 1 / 3.0], tagger.Model.Transitions);
        double[] emissions = [.. ((CategoricalEmissions)tagger.Model.Emissions).Probabilities];
        Assert.Equal(2 * 9, emissions.Length);
        Compare.Within((2 + 3 / 12.0) / 3, emissions.Max(), Rounding, "x emits a");
        Compare.Within((1 + 2 / 12.0) / 2, emissions[9..].Max(), Rounding, "y emits b");
        Compare.Within((1 / 12.0) / 3, emissions[..9].Min(), Rounding, "x emits a shape");
    }

    /// <summary>"bank" is a noun after "the" and a verb after "they".</summary>
    [Fact]
    public void HiddenMarkovTagger_Tag_ambiguousWord_isDecidedByWhatIsAroundIt()
    {
        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train(
            [["the", "bank", "is", "open"], ["they", "bank", "here"], ["the", "door", "is", "here"], ["they", "run"]],
            [["D", "N", "V", "A"], ["P", "V", "A"], ["D", "N", "V", "A"], ["P", "V"]],
            AllWords with { Smoothing = 0.1 });
        Assert.Equal(["D", "N", "V", "A"], tagger.Tag(["the", "bank", "is", "here"]));
        Assert.Equal(["P", "V", "A"], tagger.Tag(["they", "bank", "open"]));
        Assert.Empty(tagger.Tag([]));
    }

    [Theory]
    [InlineData("1815", "NUM")]
    [InlineData("Quux", "NAME")]
    [InlineData("blorfing", "VERB")]
    [InlineData("Xylotown", "NAME")]
    public void HiddenMarkovTagger_Tag_unknownWord_goesByItsShapeAndSuffix(string word, string expected)
    {
        // Every word occurs once, so that all of them stand for unknown ones.
        string[][] sentences =
        [
            ["Smith", "singing", "1999"], ["Jones", "jumping", "2001"], ["Baker", "talking", "17"], ["Miller", "running", "3"],
        ];
        string[] tags = ["NAME", "VERB", "NUM"];
        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train(sentences, [tags, tags, tags, tags]);
        Assert.False(tagger.Knows("Smith"));

        // Every sentence began with a name, so that the class of the word has to outweigh that.
        Assert.Equal([expected], tagger.Tag([word]));
    }

    /// <summary>All words are of lower case and occur once; their last letters are what tells the tags apart.</summary>
    [Theory]
    [InlineData("jumping", 3, "VERB")]
    [InlineData("goodness", 3, "NOUN")]
    [InlineData("jumping", 0, "NOUN")]
    public void HiddenMarkovTagger_Tag_unknownWordOfCommonShape_goesByItsSuffixIfAsked(string word, int suffixLength, string expected)
    {
        string[][] sentences = [["singing"], ["talking"], ["running"], ["kindness"], ["darkness"], ["illness"], ["madness"]];
        string[] verb = ["VERB"], noun = ["NOUN"];
        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train(
            sentences, [verb, verb, verb, noun, noun, noun, noun], new() { SuffixLength = suffixLength });
        Assert.Equal([expected], tagger.Tag([word]));
    }

    [Fact]
    public void HiddenMarkovTagger_Knows_wordsByTheirCount()
    {
        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train([["a", "a", "b", "A"]], [["x", "x", "x", "x"]]);
        Assert.Equal((true, false, false, false), (tagger.Knows("a"), tagger.Knows("b"), tagger.Knows("A"), tagger.Knows("c")));
        Assert.Equal(["x"], tagger.Tag(["c"]));
    }

    [Fact]
    public void HiddenMarkovTagger_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("sentences", "at least 1 sequence", "got 0", () => HiddenMarkovTagger.Train([], []));
        BadInput.Refused<ArgumentException>("sentences", "text in sentences[0]", "got 0", () => HiddenMarkovTagger.Train([[]], [[]]));
        BadInput.Refused<ArgumentException>(
            "sentences", "not empty", "sentences[0][1] is null", () => HiddenMarkovTagger.Train([["a", null!]], [["x", "x"]]));
        BadInput.Refused<ArgumentException>("tags", "each sentence = 1", "got 2", () => HiddenMarkovTagger.Train([["a"]], [["x"], ["x"]]));
        BadInput.Refused<ArgumentException>(
            "tags", "sentence 0 = 1", "got 2", () => HiddenMarkovTagger.Train([["a"]], [["x", "x"]]));
        BadInput.Refused<ArgumentException>("tags", "not empty", "tags[0][0] is empty", () => HiddenMarkovTagger.Train([["a"]], [[""]]));
        OptionRefused("RareCount", "-1", new() { RareCount = -1 });
        OptionRefused("SuffixLength", "-2", new() { SuffixLength = -2 });
        OptionRefused("Smoothing", "0", new() { Smoothing = 0 });

        HiddenMarkovTagger tagger = HiddenMarkovTagger.Train([["a"]], [["x"]]);
        BadInput.Refused<ArgumentException>("words", "not empty", "words[1] is empty", () => tagger.Tag(["a", ""]));
        Assert.Throws<ArgumentNullException>("words", () => tagger.Tag(null!));
        Assert.Throws<ArgumentNullException>("word", () => tagger.Knows(null!));

        static void OptionRefused(string member, string actual, HiddenMarkovTaggerOptions options)
            => BadInput.Refused<ArgumentOutOfRangeException>(
                "options", $"as {member},", $"got {actual}.", () => HiddenMarkovTagger.Train([["a"]], [["x"]], options));
    }

    private static void Near(double[] expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Within(expected[i], actual[i], Rounding, $"[{i}]");
        }
    }
}
