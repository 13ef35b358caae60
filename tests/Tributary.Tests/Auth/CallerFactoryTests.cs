using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class CallerFactoryTests
{
    private const string Tenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";
    private const string App = "d310d35d-72ec-47dd-92f2-fb9c40936555";
    private const string Oid = "11111111-2222-4333-8444-555555555555";

    private static (Caller? Caller, string? Problem) Create(string claims, AuthOptions? options = null) =>
        new CallerFactory(options ?? new AuthOptions()).Create(new JsonWebToken("""{"alg":"RS256"}""", $$"""{"tid":"{{Tenant}}","azp":"{{App}}",{{claims}}}"""));

    private static Caller CallerOf(string claims)
    {
        (Caller? caller, string? problem) = Create(claims);
        Assert.Null(problem);
        return caller!;
    }

    [Theory]
    [InlineData("""
        "idtyp":"app","roles":["R"]
        """, false, "R")]
    [InlineData("""
        "idtyp":"app","roles":["R"],"scp":"S"
        """, false, "R")]
    [InlineData("""
        "roles":["R"]
        """, false, "R")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","sub":"11111111-2222-4333-8444-555555555555"
        """, false, "")]
    [InlineData("""
        "idtyp":"app","oid":"11111111-2222-4333-8444-555555555555"
        """, false, "")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","scp":"S T"
        """, true, "S T")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","scp":"S","roles":["R"]
        """, true, "S")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","idtyp":"user","roles":["R"]
        """, true, "")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","idtyp":"device","roles":["R"]
        """, true, "")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","sub":"pairwise"
        """, true, "")]
    [InlineData("""
        "oid":"11111111-2222-4333-8444-555555555555","idtyp":["app","user"],"roles":["R"]
        """, true, "")]
    public void Who_is_an_application_and_who_a_user_follows_from_idtyp_scp_and_roles(string claims, bool delegated, string permissions)
    {
        Caller caller = CallerOf(claims);

        Assert.Equal(delegated, caller.IsDelegated);
        Assert.Equal(permissions, string.Join(' ', caller.Permissions.Order()));
    }

    [Theory]
    [InlineData("\"x\":1")]
    [InlineData("\"scp\":\"S\"")]
    [InlineData("\"scp\":\"S\",\"oid\":\"\"")]
    [InlineData("\"scp\":\"S\",\"oid\":\"me\"")]
    [InlineData("\"scp\":\"S\",\"oid\":null")]
    public void A_user_without_an_object_id_never_passes_for_an_application(string claims)
    {
        (Caller? caller, string? problem) = Create(claims);

        Assert.Null(caller);
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("\"acct\":0", false)]
    [InlineData("\"acct\":1", true)]
    [InlineData("\"acct\":\"1\"", true)]
    [InlineData("\"iss\":\"https://home\",\"idp\":\"https://home\"", false)]
    [InlineData("\"iss\":\"https://home\",\"idp\":\"https://elsewhere\"", true)]
    [InlineData("\"iss\":\"https://home\",\"idp\":\"https://elsewhere\",\"acct\":0", false)]
    [InlineData("\"iss\":\"https://home\",\"idp\":\"https://home\",\"acct\":1", true)]
    [InlineData("\"iss\":\"https://home\",\"idp\":\"https://elsewhere\",\"acct\":2", true)]
    [InlineData("\"acct\":2", true)]
    [InlineData("\"acct\":[0,1]", true)]
    [InlineData("\"acct\":true", true)]
    [InlineData("\"iss\":\"https://home\",\"idp\":[\"https://home\",\"https://elsewhere\"]", true)]
    public void A_guest_is_told_by_acct_or_else_by_a_foreign_identity_provider(string claims, bool? guest) =>
        Assert.Equal(guest, CallerOf($"\"oid\":\"{Oid}\",\"scp\":\"S\"{(claims.Length > 0 ? "," : "")}{claims}").IsGuest);

    [Theory]
    [InlineData("\"groups\":[]", "", false)]
    [InlineData("\"groups\":[\"AAAAAAAA-2222-4333-8444-555555555555\",\"bbbbbbbb-2222-4333-8444-555555555555\"]",
        "aaaaaaaa-2222-4333-8444-555555555555 bbbbbbbb-2222-4333-8444-555555555555", false)]
    [InlineData("\"groups\":\"aaaaaaaa-2222-4333-8444-555555555555\"", "aaaaaaaa-2222-4333-8444-555555555555", false)]
    [InlineData("\"hasgroups\":true", "", true)]
    [InlineData("\"hasgroups\":\"true\"", "", true)]
    [InlineData("\"hasgroups\":false", "", false)]
    [InlineData("\"hasgroups\":1", "", true)]
    [InlineData("\"_claim_names\":{\"groups\":\"src1\"},\"_claim_sources\":{\"src1\":{\"endpoint\":\"https://x\"}}", "", true)]
    [InlineData("\"_claim_names\":{\"photo\":\"src1\"}", "", false)]
    [InlineData("\"_claim_names\":\"groups\"", "", true)]
    public void Groups_are_read_and_it_is_noticed_when_not_all_are_there(string claims, string groups, bool overage)
    {
        Caller caller = CallerOf($"\"oid\":\"{Oid}\",\"scp\":\"S\",{claims}");

        Assert.Equal(groups, string.Join(' ', caller.Groups.Order()));
        Assert.Equal(overage, caller.HasGroupsOverage);
    }

    [Theory]
    [InlineData("\"groups\":[\"everybody\"]", true)]
    [InlineData("\"groups\":[\"aaaaaaaa-2222-4333-8444-555555555555\",\"CONTOSO\\\\staff\"]", true)]
    [InlineData("\"groups\":[\"aaaaaaaa222243338444555555555555\"]", true)]
    [InlineData("\"groups\":[{\"id\":\"aaaaaaaa-2222-4333-8444-555555555555\"}]", true)]
    [InlineData("\"groups\":{\"id\":\"aaaaaaaa-2222-4333-8444-555555555555\"}", true)]
    [InlineData("\"groups\":[[\"aaaaaaaa-2222-4333-8444-555555555555\"]]", true)]
    [InlineData("\"groups\":[\"\"]", true)]
    [InlineData("\"groups\":\"\"", true)]
    [InlineData("\"groups\":[null]", true)]
    [InlineData("\"groups\":null", true)]
    [InlineData("\"groups\":7", true)]
    [InlineData("\"groups\":true", true)]
    [InlineData("\"groups\":[]", false)]
    [InlineData("\"groups\":[\"aaaaaaaa-2222-4333-8444-555555555555\"]", false)]
    [InlineData("\"x\":1", false)]
    public void Groups_that_are_no_list_of_ids_are_not_taken_for_none(string claims, bool isUnreadable)
    {
        Caller caller = CallerOf($"\"oid\":\"{Oid}\",\"scp\":\"S\",{claims}");

        Assert.Equal(isUnreadable, caller.HasUnreadableGroups);
        Assert.True(!isUnreadable || caller.Groups.Count == 0);
    }

    [Theory]
    [InlineData("62e90394-69f5-4237-9190-012177145e10", true)]
    [InlineData("62E90394-69F5-4237-9190-012177145E10", true)]
    [InlineData("0964bb5e-9bdb-4d7b-ac29-58e794862a40", true)]
    [InlineData("b79fbf4d-3ef9-4689-8143-76b194e85509", false)]
    public void A_user_with_one_of_the_directory_roles_is_an_administrator(string role, bool administrator) =>
        Assert.Equal(administrator, CallerOf($"\"oid\":\"{Oid}\",\"scp\":\"S\",\"wids\":[\"{role}\"]").IsAdministrator);

    [Fact]
    public void The_directory_roles_that_count_can_be_set()
    {
        AuthOptions options = new() { AdministratorRoles = ["b79fbf4d-3ef9-4689-8143-76b194e85509"] };
        string claims = $"\"oid\":\"{Oid}\",\"scp\":\"S\",\"wids\":";

        Assert.True(Create(claims + "[\"b79fbf4d-3ef9-4689-8143-76b194e85509\"]", options).Caller!.IsAdministrator);
        Assert.False(Create(claims + "[\"62e90394-69f5-4237-9190-012177145e10\"]", options).Caller!.IsAdministrator);
    }

    [Theory]
    [InlineData("11111111-2222-4333-8444-555555555555", true)]
    [InlineData("11111111-2222-4333-8444-55555555555A", false)]
    [InlineData("7F0C2A4E-5b1d-4c8a-9e36-1d2b3c4d5e6f/11111111-2222-4333-8444-555555555555", true)]
    [InlineData("12345678-1234-4234-8234-123456789abc/11111111-2222-4333-8444-555555555555", false)]
    public void A_user_who_is_configured_is_an_administrator_everywhere_or_in_one_tenant(string entry, bool administrator)
    {
        AuthOptions options = new() { Administrators = ["00000000-0000-4000-8000-000000000009", entry] };

        Assert.Equal(administrator, Create($"\"oid\":\"{Oid}\",\"scp\":\"S\"", options).Caller!.IsAdministrator);
        Assert.False(Create($"\"idtyp\":\"app\",\"oid\":\"{Oid}\",\"roles\":[\"R\"]", options).Caller!.IsAdministrator);
    }

    [Theory]
    [InlineData("https://sts.windows.net/7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f/", false)]
    [InlineData("https://login.microsoftonline.com/7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f/v2.0", false)]
    [InlineData("https://sts.windows.net/12345678-1234-4234-8234-123456789abc/", true)]
    [InlineData("live.com", true)]
    [InlineData("mail", true)]
    public void Entra_may_name_the_home_of_a_member_as_either_version_does(string identityProvider, bool guest)
    {
        AuthOptions options = new() { Cloud = "Global", Tenants = [Tenant] };
        string claims = $"\"oid\":\"{Oid}\",\"scp\":\"S\",\"iss\":\"https://login.microsoftonline.com/{Tenant}/v2.0\",\"idp\":\"{identityProvider}\"";

        Assert.Equal(guest, Create(claims, options).Caller!.IsGuest);
    }

    [Fact]
    public void A_payload_with_a_member_twice_tells_nobody()
    {
        (Caller? caller, string? problem) = Create($"\"oid\":\"{Oid}\",\"scp\":\"S\",\"tid\":\"{Tenant}\"");

        Assert.Null(caller);
        Assert.Contains("twice", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_is_never_an_administrator_and_has_no_groups()
    {
        Caller caller = CallerOf("\"idtyp\":\"app\",\"roles\":[\"R\"],\"wids\":[\"62e90394-69f5-4237-9190-012177145e10\"],\"groups\":[\"aaaaaaaa-2222-4333-8444-555555555555\"]");

        Assert.False(caller.IsAdministrator);
        Assert.Empty(caller.Groups);
    }

    [Fact]
    public void Ids_are_kept_in_lower_case()
    {
        CallerFactory factory = new(new AuthOptions());
        (Caller? caller, _) = factory.Create(new JsonWebToken("""{"alg":"RS256"}""",
            $$"""{"tid":"{{Tenant.ToUpperInvariant()}}","appid":"{{App.ToUpperInvariant()}}","oid":"AAAAAAAA-2222-4333-8444-555555555555","scp":"S"}"""));

        Assert.Equal((Tenant, App, "aaaaaaaa-2222-4333-8444-555555555555"), (caller!.TenantId, caller.AppId, caller.UserId));
    }

    [Theory]
    [InlineData("\"idtyp\":\"app\",\"roles\":[\"Tributary.Operate\"]", true)]
    [InlineData("\"oid\":\"11111111-2222-4333-8444-555555555555\",\"scp\":\"S\",\"roles\":[\"Tributary.Operate\"]", true)]
    [InlineData("\"oid\":\"11111111-2222-4333-8444-555555555555\",\"scp\":\"Tributary.Operate\"", false)]
    public void The_operator_is_told_by_the_app_role(string claims, bool isOperator) => Assert.Equal(isOperator, CallerOf(claims).IsOperator);
}
