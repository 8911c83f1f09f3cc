using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private CheckpointStore Store => new(_folder.FullPath, new DiskOperations());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void There_is_no_checkpoint_before_the_first()
    {
        var store = new CheckpointStore(_folder.File("not there"), new DiskOperations());
        Assert.Empty(store.Steps);
        Assert.Null(store.Latest(_warnings.Add));
        store.SweepTemporary();
        store.Prune(1);
        Assert.Throws<LlmEfficiencyException>(() => store.Open(1));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void The_newest_is_found_and_holds_what_was_written()
    {
        Save(9, 10, 123_456_789);
        Assert.Equal([9, 10, 123_456_789], Store.Steps);
        var latest = Store.Latest(_warnings.Add)!;
        Assert.Equal(123_456_789, latest.Step);
        Assert.True(TwoPartState.IsIn(latest));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("state.bin")]
    [InlineData("manifest.json")]
    [InlineData("model/config.json")]
    [InlineData("model/inner/weights")]
    public void A_damaged_file_is_passed_over_with_a_warning(string name)
    {
        Action<string>[] damages =
        [
            File.Delete,
            path => Truncate(path, new FileInfo(path).Length / 2),
            path => Truncate(path, 0),
            path => File.AppendAllText(path, "x"),
            path => FlipBit(path, 3),
            path => FlipBit(path, new FileInfo(path).Length * 8 - 1),
        ];
        foreach (var damage in damages)
        {
            Save(1, 2);
            damage(new Checkpoint(2, _folder.File("step-00000002")).PathOf(name));
            _warnings.Clear();
            Assert.Equal(1, Store.Latest(_warnings.Add)!.Step);
            Assert.Contains(Path.GetFileName(name), Assert.Single(_warnings), StringComparison.Ordinal);
            Assert.Equal(ErrorKind.Input, Assert.Throws<LlmEfficiencyException>(() => Store.Open(2)).Kind);
        }
    }

    [Fact]
    public void A_flip_of_any_bit_of_any_file_is_found()
    {
        Save(1);
        var checkpoint = Store.Latest()!;
        var files = Directory.GetFiles(checkpoint.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Long[0, long.MaxValue]).Sample(
            (file, at) =>
            {
                var bit = at % (new FileInfo(files[file]).Length * 8);
                FlipBit(files[file], bit);
                var damage = checkpoint.FindDamage();
                FlipBit(files[file], bit);
                return damage is not null && checkpoint.FindDamage() is null;
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_file_that_does_not_belong_there_is_damage()
    {
        Save(1, 2);
        File.WriteAllText(_folder.File("step-00000002/model/more"), "x");
        Assert.Equal(1, Store.Latest(_warnings.Add)!.Step);
        Assert.EndsWith("more: does not belong here", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_under_the_name_of_another_step_is_damage()
    {
        Save(1, 2);
        Directory.Move(_folder.File("step-00000002"), _folder.File("step-00000003"));
        Assert.Equal(1, Store.Latest(_warnings.Add)!.Step);
        Assert.Single(_warnings);
    }

    [Fact]
    public void A_manifest_cannot_lead_outside_its_folder()
    {
        Save(1);
        var path = _folder.File("step-00000001/manifest.json");
        File.WriteAllText(_folder.File("state.bin"), "outside");
        File.WriteAllText(path, File.ReadAllText(path).Replace("state.bin", "../state.bin", StringComparison.Ordinal));
        Assert.Null(Store.Latest(_warnings.Add));
    }

    [Fact]
    public void A_damaged_checkpoint_is_replaced_and_a_whole_one_stays()
    {
        Save(1);
        FlipBit(_folder.File("step-00000001/state.bin"), 0);
        Save(1);
        Assert.True(TwoPartState.IsIn(Store.Open(1)));
        var same = Store.Save(1, _ => Assert.Fail("the step is there"));
        Assert.Equal(Store.Open(1), same);
    }

    [Fact]
    public void Pruning_keeps_the_newest_and_the_best()
    {
        Save(1, 2, 3, 4, 5);
        Store.Prune(keep: 2, alsoKeep: 1);
        Assert.Equal([1L, 4, 5], Store.Steps);
        Store.Prune(keep: 2);
        Assert.Equal([4L, 5], Store.Steps);
        Store.Prune(keep: 3);
        Assert.Equal([4L, 5], Store.Steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Prune(keep: 0));
    }

    [Fact]
    public void Pruning_does_not_count_a_checkpoint_that_is_cut_short()
    {
        Save(1, 2, 3);
        Truncate(_folder.File("step-00000003/state.bin"), 5);
        Store.Prune(keep: 1);
        Assert.Equal([2L, 3], Store.Steps);
        Assert.Equal(2, Store.Latest()!.Step);
    }

    [Fact]
    public void Later_checkpoints_are_dropped_when_a_run_goes_back()
    {
        Save(1, 2, 3);
        Store.DropAfter(1);
        Assert.Equal([1L], Store.Steps);
    }

    [Fact]
    public void What_a_killed_process_left_is_invisible_and_swept()
    {
        Save(1);
        Directory.CreateDirectory(_folder.File("temporary-step-00000002/model"));
        File.WriteAllText(_folder.File("temporary-step-00000002/state.bin"), "half");
        Assert.Equal([1L], Store.Steps);
        Save(2); // over what is left
        Directory.CreateDirectory(_folder.File("temporary-step-00000001-deleted"));
        Store.SweepTemporary();
        Assert.Equal([1L, 2], Store.Steps);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.FullPath).Length);
    }

    [Theory]
    [InlineData("step-1")]
    [InlineData("step-00000001x")]
    [InlineData("step-000000001")]
    [InlineData("step--0000001")]
    [InlineData("other")]
    public void Other_folders_are_no_checkpoints(string name)
    {
        Directory.CreateDirectory(_folder.File(name));
        Assert.Empty(Store.Steps);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("manifest.json")]
    [InlineData("state.bin")]
    [InlineData("model")]
    public void A_part_has_a_plain_name_of_its_own(string name) => Store.Save(1, writer =>
    {
        TwoPartState.Write(writer, 1);
        Assert.Throws<ArgumentException>(() => writer.Write(name, _ => { }));
        Assert.Throws<ArgumentException>(() => writer.WriteFolder(name, _ => { }));
    });

    [Fact]
    public void The_hash_of_a_manifest_is_the_known_one()
    {
        var checkpoint = Store.Save(1, writer => writer.Write("abc", stream => stream.Write("abc"u8)));
        Assert.Equal(
            """{"format":1,"step":1,"files":[{"name":"abc","bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]}""",
            File.ReadAllText(checkpoint.PathOf("manifest.json")));
    }


    private static void Truncate(string path, long length)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(length);
    }

    private static void FlipBit(string path, long bit)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        File.WriteAllBytes(path, bytes);
    }

    private void Save(params long[] steps)
    {
        foreach (var step in steps)
        {
            Store.Save(step, writer => TwoPartState.Write(writer, step));
        }
    }
}
