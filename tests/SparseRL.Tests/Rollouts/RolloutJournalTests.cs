using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Rollouts;

public sealed class RolloutJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder.File("rollouts.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        Write(1, 2, 3);
        var read = RolloutJournal.Read(Journal).ToArray();
        Assert.Equal([1, 1, 2, 2, 3, 3], read.Select(entry => entry.Iteration));
        var (wrote, found) = (Entry(1, 0), read[0]);
        Assert.Equal(wrote.Rollout.ResponseIds, found.Rollout.ResponseIds);
        Assert.Equal(wrote.Rollout.LogProbabilities, found.Rollout.LogProbabilities);
        Assert.Equal((wrote.Rollout.Text, wrote.Rollout.Finish, wrote.Advantage), (found.Rollout.Text, found.Rollout.Finish, found.Advantage));
        Assert.Equal((wrote.MinRatio, wrote.MinRatioAt), (found.MinRatio, found.MinRatioAt));
    }

    [Fact]
    public void No_file_is_an_empty_journal() => Assert.Empty(RolloutJournal.Read(Journal));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 4)]
    [InlineData(9, 6)]
    public void Later_iterations_and_half_a_line_are_cut_off(long after, int left)
    {
        Write(1, 2, 3);
        File.AppendAllText(Journal, "{\"iteration\":3,\"roll");
        using var journal = new RolloutJournal(Journal);
        journal.TruncateAfter(after);
        Assert.Equal(left, RolloutJournal.Read(Journal).Count());
        journal.Append([Entry(4, 0)]);
        journal.Flush();
        Assert.Equal(4, RolloutJournal.Read(Journal).Last().Iteration);
        Assert.Equal(left + 1, RolloutJournal.Read(Journal).Count());
    }

    [Fact]
    public void A_changed_byte_is_found_wherever_it_is()
    {
        Write(1);
        var bytes = File.ReadAllBytes(Journal);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 1;
            File.WriteAllBytes(Journal, damaged);
            var problem = Record.Exception(() => RolloutJournal.Read(Journal).ToArray());
            Assert.True(problem is MalformedFileException || damaged[at] == '\n' || bytes[at] == '\n', $"byte {at}");
        }
    }

    [Fact]
    public void A_line_without_a_checksum_is_refused()
    {
        File.WriteAllText(Journal, "{\"iteration\":1}\n", Encoding.UTF8);
        var problem = Assert.Throws<MalformedFileException>(() => RolloutJournal.Read(Journal).ToArray());
        Assert.Contains("checksum", problem.Message, StringComparison.Ordinal);
    }

    private static JournalEntry Entry(long iteration, int sample) => new()
    {
        Iteration = iteration,
        Rollout = new Rollout
        {
            Prompt = iteration,
            Sample = sample,
            PromptIds = [1, 2],
            ResponseIds = [3, 4, 5],
            LogProbabilities = [-0.1f, -2.5e-7f, -13.25f],
            Entropy = 0.3,
            ExactTokens = 2,
            Text = "1a;\n\"é\"",
            Finish = FinishReason.StopToken,
            Reward = 0.5,
        },
        Advantage = -1.25,
        IsRejected = sample == 1,
        MinRatio = 3e-5,
        MinRatioAt = 2,
    };

    private void Write(params long[] iterations)
    {
        using var journal = new RolloutJournal(Journal);
        foreach (var iteration in iterations)
        {
            journal.Append([Entry(iteration, 0), Entry(iteration, 1)]);
        }
    }
}
