using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class AccessTokenCacheTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SigningKeys Keys = new([]);

    private static readonly Caller Somebody = new()
    {
        TenantId = "t",
        AppId = "a",
        UserId = null,
        Permissions = new HashSet<string>(),
        Groups = new HashSet<string>(),
        IsAdministrator = false,
        IsGuest = false,
    };

    [Fact]
    public void An_entry_is_found_from_its_start_until_just_before_its_end()
    {
        AccessTokenCache cache = new();
        cache.Add("token", new(Somebody, Keys, Noon, Noon.AddHours(1)));

        Assert.Null(cache.FindOrNull("token", Keys, Noon.AddTicks(-1)));
        Assert.Same(Somebody, cache.FindOrNull("token", Keys, Noon));
        Assert.Same(Somebody, cache.FindOrNull("token", Keys, Noon.AddHours(1).AddTicks(-1)));
        Assert.Null(cache.FindOrNull("token", Keys, Noon.AddHours(1)));
    }

    [Fact]
    public void An_entry_of_other_keys_is_not_found()
    {
        AccessTokenCache cache = new();
        cache.Add("token", new(Somebody, Keys, Noon, Noon.AddHours(1)));

        Assert.Null(cache.FindOrNull("token", new SigningKeys([]), Noon));
    }

    [Fact]
    public void Whatever_comes_it_never_holds_more_than_two_generations()
    {
        AccessTokenCache cache = new(charactersPerGeneration: 100);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Add($"token{i:D5}", new(Somebody, Keys, Noon, Noon.AddHours(1)));
            Assert.InRange(cache.Count, 1, 22);
        }
    }

    [Fact]
    public void A_token_in_use_outlives_the_others()
    {
        AccessTokenCache cache = new(charactersPerGeneration: 100);
        cache.Add("in use", new(Somebody, Keys, Noon, Noon.AddHours(1)));
        for (int i = 0; i < 1_000; i++)
        {
            cache.Add($"token{i:D5}", new(Somebody, Keys, Noon, Noon.AddHours(1)));
            Assert.NotNull(cache.FindOrNull("in use", Keys, Noon));
        }

        Assert.Null(cache.FindOrNull("token00000", Keys, Noon));
    }

    [Fact]
    public async Task Many_threads_may_use_it_at_once()
    {
        AccessTokenCache cache = new(charactersPerGeneration: 500);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                string token = $"token{(i + thread) % 200:D3}";
                if (cache.FindOrNull(token, Keys, Noon) is null)
                {
                    cache.Add(token, new(Somebody, Keys, Noon, Noon.AddHours(1)));
                }
            }
        })));

        Assert.InRange(cache.Count, 1, 200);
    }
}
