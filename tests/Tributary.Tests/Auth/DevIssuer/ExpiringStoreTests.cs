using Microsoft.Extensions.Time.Testing;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class ExpiringStoreTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));

    private ExpiringStore<string> Store(int capacity = 3) => new(capacity, TimeSpan.FromMinutes(1), _time);

    [Fact]
    public void What_was_added_is_there_until_its_time_is_over()
    {
        ExpiringStore<string> store = Store();
        string key = store.Add("one");

        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(("one", "one"), (store.FindOrNull(key), store.FindOrNull(value => value == "one")));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(store.FindOrNull(key));
        Assert.Null(store.FindOrNull(value => value == "one"));
        Assert.Null(store.TakeOrNull(key));
    }

    [Fact]
    public void What_is_taken_is_gone()
    {
        ExpiringStore<string> store = Store();
        string key = store.Add("one");

        Assert.Equal("one", store.TakeOrNull(key));
        Assert.Null(store.TakeOrNull(key));
        Assert.Null(store.FindOrNull(key));
    }

    [Fact]
    public void The_oldest_makes_room()
    {
        ExpiringStore<string> store = Store();
        string[] keys = [.. Enumerable.Range(0, 4).Select(number => store.Add($"{number}"))];

        Assert.Null(store.FindOrNull(keys[0]));
        Assert.Equal(["1", "2", "3"], keys[1..].Select(key => store.FindOrNull(key)!));
    }

    [Fact]
    public void What_was_taken_or_is_over_takes_no_room_for_ever()
    {
        ExpiringStore<string> store = Store();
        string kept = store.Add("kept");
        for (int i = 0; i < 2; i++)
        {
            store.TakeOrNull(store.Add("taken"));
        }

        Assert.Equal("kept", store.FindOrNull(kept));
        _time.Advance(TimeSpan.FromMinutes(2));
        string[] keys = [.. Enumerable.Range(0, 3).Select(number => store.Add($"{number}"))];
        Assert.All(keys, key => Assert.NotNull(store.FindOrNull(key)));
    }

    [Fact]
    public void Keys_differ_and_no_key_is_nobodys()
    {
        ExpiringStore<string> store = Store(capacity: 1000);

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => store.Add("x")).Distinct().Count());
        Assert.Null(store.FindOrNull((string?)null));
        Assert.Null(store.TakeOrNull(null));
    }
}
