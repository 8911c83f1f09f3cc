using System.Buffers.Binary;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class AnswerSnapshotTests
{
    private static readonly byte[] Hash = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    // Requests to one of three namespaces: texts of few tokens, so that they repeat.
    private static readonly Gen<(int Space, int[] Prompt, int[] Answer)> Requests =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5].Array[1, 20], Gen.Int[0, 5].Array[0, 40]);

    [Fact]
    public void A_restored_cache_drafts_learns_and_forgets_as_the_first_one_does() =>
        Gen.Select(Requests.Array[0, 20], Requests.Array[1, 8], Gen.Int[2_000, 30_000]).Sample((before, after, most) =>
        {
            var first = new AnswerCache(most);
            Replay(first, before);
            var second = Reopen(first).Cache;
            Assert.Equal(Describe(first), Describe(second));
            Assert.Equal(Replay(first, after), Replay(second, after));
            Assert.Equal(Describe(first), Describe(second));
        }, iter: 20);

    [Fact]
    public void A_file_is_written_whole_and_read_again()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.cache");
        var tokenizer = TableTokenizer.Bytes();
        var cache = new AnswerCache();
        cache.Namespace("b").Add([1, 2, 3]);
        cache.Namespace("a/1");
        AnswerSnapshot.Save(path, cache, tokenizer);
        cache.Namespace("b").Add([4, 5]);
        AnswerSnapshot.Save(path, cache, tokenizer); // over the other
        var snapshot = AnswerSnapshot.Open(path, VocabularyHash.Of(tokenizer));
        Assert.Equal(Describe(cache), Describe(snapshot.Cache));
        Assert.Equal((256, new FileInfo(path).Length), (snapshot.VocabularySize, snapshot.FileBytes));
        Assert.Equal(VocabularyHash.Of(tokenizer), snapshot.TokenizerHash.ToArray());
        Assert.Equal([path], Directory.GetFiles(folder.FullPath));
        var other = Refused(() => AnswerSnapshot.Open(path, VocabularyHash.Of(TableTokenizer.Of("a", "b"))));
        Assert.Contains("the cache was built for the tokenizer", other);
        Assert.Contains("cannot be read", Refused(() => AnswerSnapshot.Open(folder.File("none"), [])));
        Assert.Contains("cannot be written", Assert.Throws<LlmEfficiencyException>(
            () => AnswerSnapshot.Save(folder.File("no/a.cache"), cache, tokenizer)).Message);
    }

    [Fact]
    public void What_token_recycling_knows_is_kept()
    {
        var cache = Filled();
        Assert.Equal(Describe(cache), Describe(Reopen(cache).Cache));
        Assert.NotEmpty(cache.Namespace("space-1").Recycled.Snapshot());
    }

    [Fact]
    public void A_cache_with_less_room_drops_the_oldest()
    {
        var cache = new AnswerCache();
        for (var round = 0; round < 50; round++)
        {
            cache.Namespace("a").Add([.. Enumerable.Range(100 * round, 1 + (5000 / (1 + round)))]);
        }

        var copy = AnswerSnapshot.Open(MappedFile.FromBytes("m", Bytes(cache)), Hash, cache.Bytes / 2).Cache;
        Assert.InRange(copy.Bytes, 1, cache.Bytes / 2);
        Assert.Equal(cache.Namespace("a").Generations[^1].Automaton.Text.ToArray(), copy.Namespace("a").Generations[^1].Automaton.Text.ToArray());
        Assert.Equal(50, copy.Namespace("a").Added);
    }

    [Fact]
    public void Another_version_and_other_files_are_refused()
    {
        var bytes = Bytes(Filled());
        bytes[8] = 1;
        Assert.Contains("the cache has version 1, this program reads 2", Refused(() => Open(bytes)));
        bytes[0] = 0;
        Assert.Contains("is no draft cache", Refused(() => Open(bytes)));
        Assert.Contains("is no draft cache", Refused(() => Open([])));
    }

    [Fact]
    public void Damage_is_refused_wherever_it_is()
    {
        var whole = Bytes(Filled());
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255], Gen.Int[0, 3]).Sample(
            (at, change, kind) =>
            {
                var bytes = kind switch
                {
                    0 => whole[..at],
                    1 => [.. whole, .. new byte[change]],
                    _ => [.. whole],
                };
                if (kind > 1)
                {
                    bytes[at] ^= (byte)change;
                }

                Assert.NotEmpty(Refused(() => Open(bytes)));
            },
            iter: 1000);
    }

    [Fact]
    public void Damage_under_right_checksums_neither_fails_nor_takes_memory()
    {
        var whole = Bytes(Filled());
        int[] hostile = [0, 1, -1, 2, 64, 65, int.MaxValue, int.MinValue, 1 << 28, 0x7FF8_0000];
        // Most of the file are learned shares: half of the places are where lengths and texts lie.
        var anywhere = Gen.Int[12, (whole.Length / 4) - 1].Select(word => 4 * word);
        var lengths = Gen.OneOf(Gen.Int[48, 76], Gen.Int[FileHeader.Size, FileHeader.Size + 40], Gen.Int[whole.Length - 400, whole.Length - 4]);
        Gen.Select(Gen.OneOf(anywhere, lengths).Array[1, 3], Gen.OneOf(Gen.Int[0, hostile.Length - 1].Select(index => hostile[index]), Gen.Int), Gen.Int[0, 40]).Sample(
            (places, value, cut) =>
            {
                var bytes = cut == 0 ? whole[..(whole.Length - (64 * (1 + (places[0] % 20))))] : [.. whole];
                foreach (var place in places.Where(place => place <= bytes.Length - 4))
                {
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), value);
                }

                Seal(bytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    var cache = Open(bytes).Cache;
                    Assert.InRange(cache.Bytes, 0, 200L * bytes.Length);
                    Replay(cache, [(0, [1, 2], [1, 2, 3])]);
                    Bytes(cache);
                }
                catch (LlmEfficiencyException refusal)
                {
                    Assert.Equal(ErrorKind.Input, refusal.Kind);
                    Assert.StartsWith("m: ", refusal.Message);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 20);
            },
            iter: 800,
            threads: 1);
    }

    /// <summary>Writes a cache and reads it again.</summary>
    internal static AnswerSnapshot Reopen(AnswerCache cache) => AnswerSnapshot.Open(MappedFile.FromBytes("m", Bytes(cache)), Hash, cache.MaxBytes);

    private static AnswerSnapshot Open(byte[] bytes) => AnswerSnapshot.Open(MappedFile.FromBytes("m", bytes), Hash, AnswerCache.DefaultMaxBytes);

    private static byte[] Bytes(AnswerCache cache)
    {
        using var file = new MemoryStream();
        new AnswerSnapshotWriter(file).Write(cache, Hash, 32_000);
        return file.ToArray();
    }

    private static AnswerCache Filled()
    {
        var cache = new AnswerCache();
        Replay(cache, [.. Enumerable.Range(0, 12).Select(round => (round % 2, (int[])[1, 2, round], Enumerable.Range(0, 25).Select(at => at * round % 7).ToArray()))]);
        var random = new Random(1);
        for (var row = 0; row < 40; row++)
        {
            cache.Namespace("space-1").Recycled.Learn(random.Next(30), [.. Enumerable.Range(0, 50).Select(_ => random.NextSingle())]);
        }

        return cache;
    }

    // Lengths and checksums as a careful forger would write them.
    private static void Seal(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[52..], IndexFormat.Checksum(0, bytes[FileHeader.Size..]));
        FileHeader.End(bytes[..FileHeader.Size], bytes.Length);
    }

    private static string Refused(Func<AnswerSnapshot> open)
    {
        var refusal = Assert.ThrowsAny<LlmEfficiencyException>(open);
        Assert.Equal(ErrorKind.Input, refusal.Kind);
        return refusal.Message;
    }

    // Everything that drafts or eviction can depend on.
    private static string[] Describe(AnswerCache cache) =>
    [
        .. cache.Namespaces.Select(space =>
        {
            var numbers = new double[EscapeTable.Numbers];
            var learned = string.Join('|', space.Escapes.All.Select(table =>
            {
                table.CopyTo(numbers);
                return string.Join(',', numbers);
            }));
            var texts = string.Join('|', space.Generations.Select(
                generation => $"{generation.Answers} {generation.Bytes}: {string.Join(',', generation.Automaton.Text.ToArray())}"));
            var hits = space.Recycled.Shares.Snapshot().Concat(space.Recycled.RestShares.Snapshot());
            return $"{space.Name} {space.Added} {space.Answers} {space.Tokens} {space.Bytes} {space.Used}\n{texts}\n{learned}\n{string.Join(',', hits)} {string.Join(',', space.Recycled.Snapshot())}";
        }),
    ];

    private static string[] Replay(AnswerCache cache, (int Space, int[] Prompt, int[] Answer)[] requests)
    {
        var (tree, drafts) = (new DraftTree(), new List<string>());
        foreach (var (number, prompt, answer) in requests)
        {
            using var drafter = new BackoffTreeDrafter(answers: cache.Namespace($"space-{number}"));
            using var session = drafter.Open(prompt);
            foreach (var token in answer)
            {
                tree.Clear();
                session.Draft(tree, 12);
                drafts.Add(tree.Source + string.Join(';', tree.Nodes.ToArray()));
                session.Append([token]);
            }
        }

        return [.. drafts];
    }
}
