using CsCheck;
using LlmEfficiency.SparseRL.Prompts;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Prompts;

public sealed class PromptOrderTests
{
    [Fact]
    public void Every_epoch_draws_every_prompt_once() =>
        Gen.Select(Gen.Int[1, 200], Gen.ULong).Sample((count, seed) =>
        {
            var order = new PromptOrder(count, seed);
            for (var epoch = 0; epoch < 3; epoch++)
            {
                var drawn = Enumerable.Range(0, count).Select(place => order[(epoch * count) + place]);
                Assert.Equal(Enumerable.Range(0, count).Select(index => (long)index), drawn.Order());
            }
        });

    [Fact]
    public void A_run_that_goes_on_from_a_stored_place_draws_what_an_uninterrupted_one_draws()
    {
        const int Count = 37;
        var whole = Enumerable.Range(0, 100).Select(place => new PromptOrder(Count, 5)[place]).ToArray();
        for (var stop = 0; stop <= 100; stop++)
        {
            var before = new PromptOrder(Count, 5);
            var drawn = Enumerable.Range(0, stop).Select(place => before[place]).ToList();
            var after = new PromptOrder(Count, 5);
            drawn.AddRange(Enumerable.Range(stop, 100 - stop).Select(place => after[place]));
            Assert.Equal(whole, drawn);
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        var order = new PromptOrder(50, 1);
        var first = Enumerable.Range(0, 50).Select(place => order[place]).ToArray();
        Assert.NotEqual(first, Enumerable.Range(50, 50).Select(place => order[place]));
        Assert.NotEqual(first, Enumerable.Range(0, 50).Select(place => new PromptOrder(50, 2)[place]));
        Assert.Equal([0, 0, 1, 1, 2], new long[] { 0, 49, 50, 99, 100 }.Select(order.Epoch));
    }
}
