using System.Reflection;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using Xunit;

namespace LlmEfficiency.Architecture.Tests;

/// <summary>Every use between two rooms is an arrow of <c>docs/architecture.md</c>, and the arrows have no cycle.</summary>
public sealed class RoomArrowTests
{
    private const string Root = "LlmEfficiency.";

    private static readonly ILookup<string, string> Drawn = ArrowDrawing.Read();

    private static readonly ArchUnitNET.Domain.Architecture Code = new ArchLoader()
        .LoadAssemblies(
            [.. new[] { "Core", "SamDecoding", "SparseRL", "P2Law" }.Select(project => Assembly.Load(Root + project))])
        .Build();

    [Fact]
    public void Every_use_is_drawn()
    {
        var undrawn =
            from type in Code.Types
            where Room(type.FullName) is not null
            from target in type.GetTypeDependencies()
            where Room(target.FullName) is not null && !MaySee(Room(type.FullName)!, Room(target.FullName)!)
            select $"{type.FullName} sees {target.FullName}";
        Assert.Empty(undrawn.Distinct());
    }

    [Fact]
    public void The_drawing_has_no_cycle()
    {
        foreach (var room in Drawn.Select(g => g.Key))
        {
            Assert.DoesNotContain(room, Reachable(room));
        }
    }

    private static bool MaySee(string from, string to) =>
        from == to || Drawn[from].Contains(to) || (Project(from) != Project(to) && Drawn[Project(from)].Contains(Project(to)));

    private static HashSet<string> Reachable(string room)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(Drawn[room]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                foreach (var further in Drawn[next])
                {
                    open.Push(further);
                }
            }
        }

        return found;
    }

    private static string Project(string room) => room.Split('.')[0];

    // LlmEfficiency.Core.Models.Attention → Core.Models; LlmEfficiency.P2Law.Marker → P2Law
    private static string? Room(string fullName)
    {
        if (!fullName.StartsWith(Root, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = fullName[Root.Length..].Split('.');
        return parts.Length > 2 ? $"{parts[0]}.{parts[1]}" : parts[0];
    }
}
