using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>Tokens and their indices, and vocabularies as files.</summary>
public sealed class VocabularyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Vocabulary_FromTokens_mostFrequentFirst()
    {
        string[] words = ["b", "a", "c", "b", "", "a", "d", "é", "b", "<end>"];
        Assert.Equal(["b", "a", "<end>", "c", "d", "é"], Vocabulary.FromTokens(words).Tokens);
        Vocabulary some = Vocabulary.FromTokens(words, minCount: 2, unknown: "?", reserved: ["<start>", "<end>"]);
        Assert.Equal(["?", "<start>", "<end>", "b", "a"], some.Tokens);
        Assert.Equal((0, 5, 0, 4), (some.UnknownIndex, some.Count, some.IndexOf("zebra"), some.IndexOf("a")));
        Assert.Equal(["b", "a"], Vocabulary.FromTokens(words, maxSize: 2).Tokens);
        Assert.Equal([3, 0, 4], some.Encode(["b", "x", "a"]));
        int[] indices = new int[3];
        some.Encode(["a", "<end>", "?"], indices);
        Assert.Equal([4, 2, 0], indices);
        Assert.Equal("b a", some.Decode([3, 4], " "));
    }

    [Fact]
    public void Vocabulary_OfCharacters_keepsScalarValuesWhole()
    {
        Vocabulary vocabulary = Vocabulary.OfCharacters("ab😀ba é");
        Assert.Equal([" ", "a", "b", "é", "😀"], vocabulary.Tokens);
        Assert.Equal([4, 2, 0, 3], vocabulary.EncodeCharacters("😀b é"));
        Assert.Equal("é😀", vocabulary.Decode([3, 4]));
        Assert.False(vocabulary.TryGetIndex("c", out _));
        BadInput.Refused<ArgumentException>("token", "5 tokens", "'c'", () => vocabulary.EncodeCharacters("abc"));
        Assert.Equal([0, 2, 0], Vocabulary.OfCharacters("ba", unknown: "?").EncodeCharacters("xb?"));
    }

    [Fact]
    public void Vocabulary_lookups_allocateNothing()
    {
        Vocabulary vocabulary = Vocabulary.OfCharacters("abcdefgh 😀");
        int[] indices = new int[20];
        Assert.Equal(0, Allocation.Of(50, () =>
        {
            vocabulary.EncodeCharacters("fed 😀 cab", indices);
            vocabulary.Encode(["a", "h"], indices.AsSpan(0, 2));
            vocabulary.TryGetIndex("h", out _);
        }));
    }

    [Fact]
    public void Vocabulary_badInput_isRefused()
    {
        BadInput.Refused<ArgumentException>("tokens", "differ", "tokens[2] is 'a' again", () => _ = new Vocabulary(["a", "b", "a"]));
        BadInput.Refused<ArgumentException>("tokens", "differ", "tokens[1] is empty", () => _ = new Vocabulary(["a", ""]));
        BadInput.Refused<ArgumentException>("tokens", "at least one", "none", () => _ = new Vocabulary([]));
        BadInput.Refused<ArgumentException>("unknown", "one of", "'x'", () => _ = new Vocabulary(["a"], "x"));
        var vocabulary = new Vocabulary(["a", "b"]);
        BadInput.Refused<ArgumentOutOfRangeException>("index", "0 to 1", "2", () => _ = vocabulary[2]);
        BadInput.Refused<ArgumentOutOfRangeException>("indices", "0 to 1", "indices[1] is 5", () => vocabulary.Decode([0, 5]));
        BadInput.Refused<ArgumentException>("destination", "= 2", "1", () => vocabulary.Encode(["a", "b"], new int[1]));
        BadInput.Refused<ArgumentException>("tokens", "null", "tokens[1]", () => vocabulary.Encode(["a", null!], new int[2]));
        BadInput.Refused<ArgumentException>("destination", "room", "1", () => vocabulary.EncodeCharacters("ab", new int[1]));
        BadInput.Refused<ArgumentException>(
            "reserved", "at most 1", "2 are reserved", () => Vocabulary.FromTokens(["a"], maxSize: 1, reserved: ["x", "y"]));
    }

    [Fact]
    public void Vocabulary_Save_loadsTheSame()
    {
        string path = _folder["a.json"];
        var vocabulary = new Vocabulary(["\"", "<unknown>", "é😀", "\n"], "<unknown>");
        vocabulary.Save(path);
        Vocabulary loaded = Vocabulary.Load(path);
        Assert.Equal(vocabulary.Tokens, loaded.Tokens);
        Assert.Equal(1, loaded.UnknownIndex);
        new Vocabulary(["a"]).Save(path);
        Assert.Null(Vocabulary.Load(path).UnknownIndex);
    }

    [Theory]
    [InlineData("[]", "format")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\"", "JSON")]
    [InlineData("{\"format\":\"other\",\"version\":1,\"tokens\":[\"a\"]}", "format")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\",\"version\":2,\"tokens\":[\"a\"]}", "version")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"a\",3]}", "tokens")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"a\",\"a\"]}", "tokens")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"a\"],\"unknown\":1}", "unknown")]
    [InlineData("{\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"a\"],\"unknown\":\"a\"}", "unknown")]
    public void Vocabulary_Load_damaged_isRefused(string text, string item)
    {
        string path = _folder["a.json"];
        File.WriteAllText(path, text);
        Assert.Equal(item, Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load(path)).Item);
    }

    /// <summary>Texts that JSON may hold but that are no Unicode.</summary>
    [Theory]
    [InlineData("\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"\\ud800\"]")]
    [InlineData("\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"\\udc00a\"]")]
    [InlineData("\"format\":\"fastrnn.vocabulary\",\"version\":1,\"tokens\":[\"\u00ff\"]")]
    [InlineData("\"format\":\"fastrnn\\udc00ocabulary\",\"version\":1,\"tokens\":[\"a\"]")]
    [InlineData("\"form\\ud800\":1,\"version\":1,\"tokens\":[\"a\"]")]
    public void Vocabulary_Load_textThatIsNoUnicode_isRefused(string members)
    {
        string path = _folder["a.json"];

        // Latin-1, of which the byte FF is never one of UTF-8.
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes("{" + members + "}"));
        Assert.Contains(Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load(path)).Item, (string[])["JSON", "format"]);
    }

    [Fact]
    public void Vocabulary_Load_noRegularFile_isRefused()
    {
        Assert.Contains(
            "folder", Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load(_folder["."])).Message, StringComparison.Ordinal);
        string path = _folder["empty.json"];
        File.WriteAllText(path, string.Empty);
        Assert.Contains("0 bytes", Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load(path)).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            // It would block, or never end.
            Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load(_folder.Pipe("pipe")));
            Assert.Throws<FastRnnFormatException>(() => Vocabulary.Load("/dev/zero"));
        }
    }

    /// <summary>Half of a pair of surrogates can't be written as UTF-8: two such tokens would be one in a file.</summary>
    [Fact]
    public void Vocabulary_halfOfAPair_isRefused()
    {
        BadInput.Refused<ArgumentException>("tokens", "Unicode", "tokens[1]", () => _ = new Vocabulary(["a", "\ud800"]));
        BadInput.Refused<ArgumentException>("tokens", "Unicode", "tokens[0]", () => _ = new Vocabulary(["b\udc00"]));
        Assert.Equal(1, new Vocabulary(["a", "\ud83d\ude00"]).IndexOf("😀"));
    }

    [Fact]
    public void Vocabulary_nullAmongTokens_isRefused()
    {
        BadInput.Refused<ArgumentException>("tokens", "null", "tokens[1]", () => Vocabulary.FromTokens(["a", null!]));
        BadInput.Refused<ArgumentException>(
            "tokens", "null", "tokens[1]", () => new Vocabulary(["a", "?"], "?").Encode(["a", null!]));
        BadInput.Refused<ArgumentException>(
            "reserved", "differ", "'?' again", () => Vocabulary.FromTokens(["a"], unknown: "?", reserved: ["<end>", "?"]));
    }
}
