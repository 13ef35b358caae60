namespace Tributary.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["Authority", "Audiences", "Administrators", "App", "User", "TenantId", "Tenants"];

    [Theory]
    [InlineData("Authority", "Authority")]
    [InlineData("authority", "Authority")]
    [InlineData("Autority", "Authority")]
    [InlineData("Authoritty", "Authority")]
    [InlineData("Authorety", "Authority")]
    [InlineData("Auhtority", "Authority")]
    [InlineData("Auhtorety", "Authority")]
    [InlineData("Ap", "App")]
    [InlineData("Usre", "User")]
    [InlineData("TenantsId", "TenantId")]
    [InlineData("Tenant", "Tenants")]
    public void A_slip_leads_to_the_name(string typed, string meant) => Assert.Equal(meant, NearestName.OfOrNull(typed, Names));

    [Theory]
    [InlineData("")]
    [InlineData("Claims")]
    [InlineData("Auhtoretys")]
    [InlineData("Us")]
    [InlineData("Admins")]
    public void What_is_not_like_any_leads_nowhere(string typed) => Assert.Null(NearestName.OfOrNull(typed, Names));

    [Fact]
    public void Advice_is_the_name_in_full_or_all_there_are()
    {
        Assert.Equal("; did you mean Auth:User?", NearestName.Advice("Usr", ["App", "User"], "Auth:"));
        Assert.Equal("; there are App, User.", NearestName.Advice("Nobody", ["App", "User"], "Auth:"));
    }
}
