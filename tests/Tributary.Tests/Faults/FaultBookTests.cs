using Microsoft.Extensions.Time.Testing;
using Tributary.Faults;
using Tributary.Graph;

namespace Tributary.Tests.Faults;

public sealed class FaultBookTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly FaultBook _book;

    public FaultBookTests() => _book = new FaultBook(_time);

    private static FaultCall Call(string path = "/v1.0/external/connections") =>
        new(FaultKind.Request, "GET", path, GraphVersion.V1, "tenant", "app", null, "request", null);

    private bool Strikes() => _book.TakeOrNull(Call()) is not null;

    private string Series(int calls) => string.Concat(Enumerable.Range(0, calls).Select(_ => Strikes() ? '1' : '0'));

    [Fact]
    public void Without_rules_nothing_is_looked_at()
    {
        Assert.True(_book.IsEmpty);
        string id = _book.AddOrNull(new FaultRule())!.Id;
        Assert.False(_book.IsEmpty);
        Assert.True(_book.Remove(id));
        Assert.True(_book.IsEmpty);
        Assert.False(_book.Remove(id));
    }

    [Fact]
    public void A_rule_strikes_from_its_first_to_its_last_call()
    {
        FaultView rule = _book.AddOrNull(new FaultRule { FromCall = 2, ToCall = 3 })!;

        Assert.Equal("01100", Series(5));
        FaultView after = _book.FindOrNull(rule.Id)!;
        Assert.Equal((5, 2, false), (after.Calls, after.Hits, after.IsActive));
    }

    [Fact]
    public void A_rule_is_active_until_the_call_after_its_last()
    {
        FaultView rule = _book.AddOrNull(new FaultRule { ToCall = 2 })!;

        Strikes();
        Assert.True(_book.FindOrNull(rule.Id)!.IsActive);
        Strikes();
        Assert.False(_book.FindOrNull(rule.Id)!.IsActive);
    }

    [Fact]
    public void A_rule_strikes_as_often_as_its_count()
    {
        _book.AddOrNull(new FaultRule { FromCall = 2, Count = 2 });

        Assert.Equal("011000", Series(6));
    }

    [Fact]
    public void A_rule_strikes_until_it_expires_and_not_at_that_instant()
    {
        FaultView rule = _book.AddOrNull(new FaultRule { Expires = _time.GetUtcNow().AddMinutes(1) })!;

        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.True(Strikes());
        Assert.True(_book.FindOrNull(rule.Id)!.IsActive);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(Strikes());
        Assert.False(_book.FindOrNull(rule.Id)!.IsActive);
    }

    [Fact]
    public void The_first_rule_that_strikes_takes_the_call_and_all_that_match_count_it()
    {
        string first = _book.AddOrNull(new FaultRule { ToCall = 1 })!.Id;
        string second = _book.AddOrNull(new FaultRule())!.Id;
        string third = _book.AddOrNull(new FaultRule { FromCall = 3 })!.Id;

        Assert.Equal([first, second, second], Enumerable.Range(0, 3).Select(_ => _book.TakeOrNull(Call())!.RuleId));
        Assert.Equal([(3L, 1L), (3L, 2L), (3L, 0L)], ((string[])[first, second, third]).Select(id => (_book.FindOrNull(id)!.Calls, _book.FindOrNull(id)!.Hits)));
    }

    [Fact]
    public void A_seed_decides_which_calls_fail_and_another_seed_otherwise()
    {
        string[] series = [.. ((int[])[7, 7, 8, 0, -1]).Select(seed =>
        {
            _book.Clear();
            _book.AddOrNull(new FaultRule { Probability = 0.3, Seed = seed });
            return Series(200);
        })];

        Assert.Equal(series[0], series[1]);
        Assert.Equal(4, series.Distinct().Count());
        Assert.All(series, one => Assert.InRange(one.Count(hit => hit == '1'), 30, 90));
    }

    [Fact]
    public void The_probability_of_one_is_every_call()
    {
        _book.AddOrNull(new FaultRule { Probability = 1, Seed = 3 });

        Assert.Equal(new string('1', 500), Series(500));
    }

    [Fact]
    public void Draws_are_spread_evenly_and_seeds_that_are_neighbours_share_nothing()
    {
        int[] tenths = new int[10];
        for (int call = 1; call <= 100_000; call++)
        {
            tenths[(int)(FaultDraw.At(1, call) * 10)]++;
        }

        Assert.All(tenths, count => Assert.InRange(count, 9_000, 11_000));
        HashSet<double> draws = [.. Enumerable.Range(0, 100).SelectMany(seed => Enumerable.Range(1, 100).Select(call => FaultDraw.At(seed, call)))];
        Assert.Equal(10_000, draws.Count);
    }

    [Fact]
    public async Task However_calls_are_interleaved_the_same_numbers_fail()
    {
        const int Calls = 8_000;
        _book.AddOrNull(new FaultRule { Probability = 0.25, Seed = 11 });
        long[] expected = [.. Enumerable.Range(1, Calls).Select(call => (long)call).Where(call => FaultDraw.At(11, call) < 0.25)];

        long[][] hits = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, Calls / 8).Select(_ => _book.TakeOrNull(Call())).OfType<FaultHit>().Select(hit => hit.Call).ToArray())));

        Assert.Equal(expected, hits.SelectMany(hit => hit).Order());
    }

    [Fact]
    public void Only_the_last_hits_are_kept_and_their_paths_are_cut()
    {
        string id = _book.AddOrNull(new FaultRule())!.Id;
        for (int i = 0; i < FaultBook.KeptHits + 1; i++)
        {
            _book.TakeOrNull(Call(new string('x', 501)));
        }

        FaultView rule = _book.FindOrNull(id)!;
        Assert.Equal(FaultBook.KeptHits, rule.LastHits.Count);
        Assert.Equal((2, FaultBook.KeptHits + 1), (rule.LastHits[0].Call, rule.LastHits[^1].Call));
        Assert.All(rule.LastHits, hit => Assert.Equal(500, hit.Path.Length));
    }

    [Fact]
    public void There_are_so_many_rules_and_no_more()
    {
        for (int i = 0; i < FaultBook.MaxRules; i++)
        {
            Assert.NotNull(_book.AddOrNull(new FaultRule()));
        }

        Assert.Null(_book.AddOrNull(new FaultRule()));
        _book.Remove(_book.List()[0].Id);
        Assert.NotNull(_book.AddOrNull(new FaultRule()));
    }

    [Fact]
    public void A_call_that_is_given_back_did_not_happen()
    {
        string id = _book.AddOrNull(new FaultRule { ToCall = 1 })!.Id;

        FaultHit hit = _book.TakeOrNull(Call())!;
        _book.GiveBack(Call(), hit);

        FaultView rule = _book.FindOrNull(id)!;
        Assert.Equal((0, 0, 0), (rule.Calls, rule.Hits, rule.LastHits.Count));
        Assert.True(Strikes());
    }
}
