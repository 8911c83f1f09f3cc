using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

/// <summary>Every single operation of the store fails once, alone or with all that follow.</summary>
public sealed class CheckpointFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_fails_in_a_save_the_checkpoint_before_it_loads(bool forEver)
    {
        var failures = UntilNothingFails((folder, disk) =>
        {
            New(folder).Save(1, writer => TwoPartState.Write(writer, 1));
            var problem = Try(() => new CheckpointStore(folder, disk).Save(2, writer => TwoPartState.Write(writer, 2)));

            var latest = New(folder).Latest(Assert.Fail)!; // nothing damaged is to be seen
            Assert.True(TwoPartState.IsIn(latest));
            Assert.True(latest.Step == 1 || problem is null || disk.Calls[^1].StartsWith("flush folder", StringComparison.Ordinal));
            Assert.True(latest.Step == 2 || problem is not null);

            New(folder).SweepTemporary();
            AssertUsable(folder);
        }, forEver);
        Assert.Equal(16, failures); // the list below without the two that make the folder of all checkpoints
    }

    [Fact]
    public void A_single_failure_leaves_no_half_written_folder() =>
        UntilNothingFails((folder, disk) =>
        {
            if (Try(() => new CheckpointStore(folder, disk).Save(2, writer => TwoPartState.Write(writer, 2))) is not null
                && Directory.Exists(folder))
            {
                Assert.DoesNotContain(Directory.GetDirectories(folder), path => path.Contains("temporary", StringComparison.Ordinal));
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_fails_while_a_damaged_checkpoint_is_replaced_the_one_before_it_loads(bool forEver) =>
        UntilNothingFails((folder, disk) =>
        {
            New(folder).Save(1, writer => TwoPartState.Write(writer, 1));
            File.WriteAllText(New(folder).Save(2, writer => TwoPartState.Write(writer, 2)).PathOf("state.bin"), "damaged");
            var problem = Try(() => new CheckpointStore(folder, disk).Save(2, writer => TwoPartState.Write(writer, 2)));
            var latest = New(folder).Latest()!;
            Assert.True(TwoPartState.IsIn(latest));
            Assert.True(latest.Step == 2 || problem is not null);
            AssertUsable(folder);
        }, forEver);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_fails_while_old_ones_are_deleted_none_is_half_deleted(bool forEver)
    {
        var failures = UntilNothingFails((folder, disk) =>
        {
            foreach (var step in Enumerable.Range(1, 4))
            {
                New(folder).Save(step, writer => TwoPartState.Write(writer, step));
            }

            _ = Try(() => new CheckpointStore(folder, disk).Prune(keep: 1, alsoKeep: 2));
            var store = New(folder);
            Assert.All(store.Steps, step => Assert.True(TwoPartState.IsIn(store.Open(step))));
            Assert.Contains(2, store.Steps);
            Assert.Contains(4, store.Steps);
            store.Prune(keep: 1, alsoKeep: 2);
            store.SweepTemporary();
            Assert.Equal([2L, 4], store.Steps);
            Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
        }, forEver);
        Assert.Equal(4, failures); // two are deleted, each by a rename and a deletion
    }

    [Fact]
    public void A_state_is_on_the_disk_before_its_name_is()
    {
        using var folder = new TemporaryFolder();
        var disk = new FailingDisk();
        new CheckpointStore(folder.File("checkpoints"), disk).Save(7, writer => TwoPartState.Write(writer, 7));
        Assert.Equal(
            [
                "folder checkpoints", $"flush folder {Path.GetFileName(folder.FullPath)}",
                "folder temporary-step-00000007",
                "create state.bin", "write state.bin", "write state.bin", "flush",
                "folder model", "flush config.json", "flush weights", "flush folder inner", "flush folder model",
                "create manifest.json", "write manifest.json", "flush",
                "flush folder temporary-step-00000007",
                "move temporary-step-00000007 step-00000007",
                "flush folder checkpoints",
            ],
            disk.Calls);
    }

    [Fact]
    public void A_failure_of_the_caller_is_passed_on_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidOperationException>(() => New(folder.FullPath).Save(1, writer =>
        {
            TwoPartState.Write(writer, 1);
            throw new InvalidOperationException("numbers");
        }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    private static CheckpointStore New(string folder) => new(folder, new FailingDisk());

    private static LlmEfficiencyException? Try(Action action)
    {
        var problem = Record.Exception(action);
        if (problem is not null)
        {
            Assert.Equal(ErrorKind.Disk, Assert.IsType<LlmEfficiencyException>(problem).Kind);
            Assert.Contains("No space left on device", problem.Message, StringComparison.Ordinal);
        }

        return (LlmEfficiencyException?)problem;
    }

    private static void AssertUsable(string folder)
    {
        New(folder).Save(3, writer => TwoPartState.Write(writer, 3));
        Assert.True(TwoPartState.IsIn(New(folder).Open(3)));
    }

    private static int UntilNothingFails(Action<string, FailingDisk> check, bool forEver = false)
    {
        for (var failAt = 0; ; failAt++)
        {
            using var folder = new TemporaryFolder();
            var disk = new FailingDisk(failAt, forEver);
            check(folder.File("checkpoints"), disk);
            if (disk.Calls.Count <= failAt)
            {
                return failAt;
            }
        }
    }
}
