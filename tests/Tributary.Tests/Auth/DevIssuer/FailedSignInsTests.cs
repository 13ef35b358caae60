using Microsoft.Extensions.Time.Testing;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class FailedSignInsTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly SignInAccount Ada = new("tenant", "ada", IsApplication: false, "192.0.2.1");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));

    private FailedSignIns Make(int most = 3, bool remote = true) =>
        new(new DevIssuerOptions { AllowRemote = remote, MaxFailedSignIns = most, FailedSignInWindow = Window }, _time);

    private static void Fail(FailedSignIns failed, SignInAccount account, int times)
    {
        for (int i = 0; i < times; i++)
        {
            failed.Fail(account);
        }
    }

    [Fact]
    public void The_last_failure_that_is_allowed_locks_for_the_window_and_one_less_does_not()
    {
        FailedSignIns failed = Make();

        Assert.False(failed.Fail(Ada));
        Assert.False(failed.Fail(Ada));
        Assert.Null(failed.LockedFor(Ada));
        _time.Advance(Window / 2);
        Assert.True(failed.Fail(Ada));
        Assert.Equal(Window, failed.LockedFor(Ada));

        _time.Advance(Window - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), failed.LockedFor(Ada));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(failed.LockedFor(Ada));
        Fail(failed, Ada, 2);
        Assert.Null(failed.LockedFor(Ada));
    }

    [Fact]
    public void Failures_of_more_than_a_window_do_not_add_up()
    {
        FailedSignIns failed = Make();

        Fail(failed, Ada, 2);
        _time.Advance(Window);
        Fail(failed, Ada, 2);

        Assert.Null(failed.LockedFor(Ada));
    }

    [Fact]
    public void A_success_begins_anew()
    {
        FailedSignIns failed = Make();

        Fail(failed, Ada, 2);
        failed.Succeed(Ada);
        Fail(failed, Ada, 2);

        Assert.Null(failed.LockedFor(Ada));
        Assert.True(failed.Fail(Ada));
    }

    [Theory]
    [InlineData("other", "ada", false)]
    [InlineData("tenant", "grace", false)]
    [InlineData("tenant", "ada", true)]
    public void Only_that_account_is_locked(string tenant, string id, bool isApplication)
    {
        FailedSignIns failed = Make();
        Fail(failed, Ada, 3);

        Assert.Null(failed.LockedFor(new SignInAccount(tenant, id, isApplication, Ada.Address)));
    }

    [Fact]
    public void It_does_not_help_to_guess_from_one_address_after_the_other()
    {
        FailedSignIns failed = Make();

        failed.Fail(Ada);
        failed.Fail(Ada with { Address = "192.0.2.2" });
        failed.Fail(Ada with { Address = null });

        Assert.NotNull(failed.LockedFor(Ada with { Address = "192.0.2.3" }));
    }

    [Fact]
    public void Where_the_account_has_signed_in_others_do_not_lock_it_out_and_it_is_counted_too()
    {
        FailedSignIns failed = Make();
        SignInAccount elsewhere = Ada with { Address = "203.0.113.9" };
        failed.Succeed(Ada);

        Fail(failed, elsewhere, 3);
        Assert.NotNull(failed.LockedFor(elsewhere));
        Assert.Null(failed.LockedFor(Ada));

        Fail(failed, Ada, 3);
        Assert.NotNull(failed.LockedFor(Ada));
    }

    [Fact]
    public void On_one_s_own_machine_nobody_is_locked_out()
    {
        FailedSignIns failed = Make(most: 1, remote: false);

        Assert.False(failed.Fail(Ada));
        failed.Succeed(Ada);

        Assert.Null(failed.LockedFor(Ada));
    }

    [Fact]
    public void A_clock_that_is_set_back_locks_nobody_for_long()
    {
        FailedSignIns failed = Make(most: 1);
        failed.Fail(Ada);
        Assert.NotNull(failed.LockedFor(Ada));

        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        Assert.Null(failed.LockedFor(Ada));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_account_that_signs_in_from_very_many_addresses_crowds_out_nothing_of_another(bool alsoFails)
    {
        FailedSignIns failed = Make(most: 2);
        SignInAccount elsewhere = Ada with { Address = "203.0.113.9" };
        failed.Succeed(Ada);
        Fail(failed, elsewhere, 2);
        for (int i = 0; i < 20_000; i++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            var grace = new SignInAccount("tenant", "grace", IsApplication: false, $"address {i}");
            failed.Succeed(grace);
            Fail(failed, grace, alsoFails ? 1 : 0);
        }

        Assert.NotNull(failed.LockedFor(elsewhere));
        Assert.Null(failed.LockedFor(Ada));
    }

    [Fact]
    public void Of_an_account_the_addresses_where_it_signed_in_last_and_those_that_are_locked_are_kept()
    {
        FailedSignIns failed = Make(most: 2);
        SignInAccount At(int i) => Ada with { Address = $"address {i}" };
        failed.Succeed(At(0));
        Fail(failed, At(0), 2);
        for (int i = 1; i <= FailedSignIns.MostAddresses; i++)
        {
            _time.Advance(TimeSpan.FromTicks(1));
            failed.Succeed(At(i));
        }

        // The second was the oldest on which nothing hung, so it counts with all others now.
        Fail(failed, Ada with { Address = "203.0.113.9" }, 2);
        Assert.NotNull(failed.LockedFor(At(0)));
        Assert.NotNull(failed.LockedFor(At(1)));
        Assert.Null(failed.LockedFor(At(2)));
        Assert.Null(failed.LockedFor(At(FailedSignIns.MostAddresses)));
    }
}
