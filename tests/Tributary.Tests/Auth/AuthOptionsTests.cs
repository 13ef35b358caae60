using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class AuthOptionsTests
{
    private static AuthOptions Read(params (string Name, string Value)[] settings) => AuthOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build());

    [Fact]
    public void Without_settings_everything_has_its_default()
    {
        AuthOptions options = Read();

        Assert.Null(options.Authority);
        Assert.Equal(["https://graph.microsoft.com", "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"], options.AcceptedAudiences);
        Assert.Equal(["62e90394-69f5-4237-9190-012177145e10", "0964bb5e-9bdb-4d7b-ac29-58e794862a40"], options.AcceptedAdministratorRoles);
        Assert.Equal(TimeSpan.FromMinutes(5), options.ClockSkew);
        Assert.Equal(TimeSpan.FromHours(1), options.Development.TokenLifetime);
    }

    [Fact]
    public void A_list_replaces_the_default_and_does_not_add_to_it() =>
        Assert.Equal(["https://search.example"], Read(("Auth:Audiences:0", "https://search.example")).AcceptedAudiences);

    [Theory]
    [InlineData("Auth:Authority", "login.example", "https URL")]
    [InlineData("Auth:Authority", "http://login.example", "https URL")]
    [InlineData("Auth:ClockSkew", "00:05:01", "00:05:00")]
    [InlineData("Auth:ClockSkew", "-00:00:01", "00:00:00")]
    [InlineData("Auth:Audiences:0", " ", "https://graph.microsoft.com")]
    [InlineData("Auth:AdministratorRoles:0", "Global Administrator", "62e90394")]
    [InlineData("Auth:Development:TokenLifetime", "00:00:59", "00:01:00")]
    [InlineData("Auth:Development:TokenLifetime", "1.00:00:01", "1.00:00:00")]
    [InlineData("Auth:Development:RefreshTokenLifetime", "00:59:59", "01:00:00")]
    [InlineData("Auth:Development:RefreshTokenLifetime", "90.00:00:01", "90.00:00:00")]
    public void A_wrong_setting_is_named_with_what_it_may_be(string name, string value, string allowed)
    {
        string message = Assert.Throws<OptionsValidationException>(() => Read((name, value))).Message;

        Assert.StartsWith(name.Replace(":0", "", StringComparison.Ordinal), message, StringComparison.Ordinal);
        Assert.Contains(allowed, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_named_too() =>
        Assert.Contains("Auth:ClockSkew", Assert.ThrowsAny<Exception>(() => Read(("Auth:ClockSkew", "five minutes"))).Message, StringComparison.Ordinal);

    [Fact]
    public void All_wrong_settings_are_told_at_once() =>
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(() => Read(("Auth:ClockSkew", "01:00:00"), ("Auth:Authority", "x"))).Failures.Count());
}
