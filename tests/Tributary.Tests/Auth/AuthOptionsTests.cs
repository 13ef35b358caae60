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
        Assert.Equal(
            [
                "https://graph.microsoft.com", "https://graph.microsoft.com/", "https://graph.microsoft.us", "https://graph.microsoft.us/",
                "https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us/", "https://microsoftgraph.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn/",
                "00000003-0000-0000-c000-000000000000",
            ],
            options.AcceptedAudiences);
        Assert.Equal(["62e90394-69f5-4237-9190-012177145e10", "0964bb5e-9bdb-4d7b-ac29-58e794862a40"], options.AcceptedAdministratorRoles);
        Assert.Equal(TimeSpan.FromMinutes(5), options.ClockSkew);
        Assert.Equal(TimeSpan.FromHours(1), options.Development.TokenLifetime);
    }

    [Fact]
    public void Another_authoritys_tokens_are_for_Graph_in_the_global_cloud_only() => Assert.Equal(
        ["https://graph.microsoft.com", "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"],
        Read(("Auth:Authority", "https://login.example.org"), ("Auth:TenantId", Tenant)).AcceptedAudiences);

    [Fact]
    public void A_list_replaces_the_default_and_does_not_add_to_it() =>
        Assert.Equal(["https://search.example"], Read(("Auth:Audiences:0", "https://search.example")).AcceptedAudiences);

    [Fact]
    public void A_text_with_semicolons_is_a_list_wherever_there_is_one()
    {
        AuthOptions options = Read(
            ("Auth:Authority", "https://login.example"),
            ("Auth:TenantId", Tenant),
            ("Auth:Audiences", "https://search.example; api://search"),
            ("Auth:SigningAlgorithms", "ES256"),
            ("Auth:AdministratorRoles", Other),
            ("Auth:Administrators", $"{Other};{Tenant}/{Other}"),
            ("Auth:Claims:Application", "client_id"),
            ("Auth:Claims:Permissions", "push=ExternalItem.ReadWrite.All"));

        Assert.Equal(["https://search.example", "api://search"], options.AcceptedAudiences);
        Assert.Equal(["ES256"], options.AcceptedAlgorithms);
        Assert.Equal([Other], options.AcceptedAdministratorRoles);
        Assert.Equal([Other, $"{Tenant}/{Other}"], options.Administrators!);
        Assert.Equal(["push=ExternalItem.ReadWrite.All"], options.Claims.Permissions!);
    }

    [Theory]
    [InlineData("Auth:Audiences", "https://search.example;", "Auth:Audiences")]
    [InlineData("Auth:SigningAlgorithms", "HS256", "Auth:SigningAlgorithms")]
    [InlineData("Auth:AdministratorRoles", "Global Administrator", "Auth:AdministratorRoles")]
    [InlineData("Auth:Claims:Permissions", "foo", "Auth:Claims:Permissions")]
    public void A_list_that_is_a_text_is_checked_as_any(string name, string value, string said) => Assert.Contains(
        said, Assert.Throws<OptionsValidationException>(() => Read((name, value), ("Auth:Authority", "https://login.example"), ("Auth:TenantId", Tenant))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Tenants")]
    [InlineData("Audiences")]
    [InlineData("SigningAlgorithms")]
    [InlineData("AdministratorRoles")]
    [InlineData("Administrators")]
    public void An_entry_of_a_list_that_is_empty_is_refused_however_it_is_written(string name)
    {
        const string cloud = """ "Cloud": "Global", "Tenants": "any", """;
        foreach (string list in (string[])["[null]", """[""]""", """[" "]""", """ ";" """])
        {
            string json = $$"""{ "Auth": { {{(name == "Tenants" ? cloud.Split("\"Tenants\"")[0] : cloud)}} "{{name}}": {{list}} } }""";
            IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();

            Assert.Contains($"Auth:{name}", Assert.Throws<OptionsValidationException>(() => AuthOptions.Read(configuration)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_that_is_said_in_both_ways_is_refused() => Assert.StartsWith(
        "Auth:Audiences is set both",
        Assert.Throws<OptionsValidationException>(() => Read(("Auth:Audiences", "https://a.example"), ("Auth:Audiences:0", "https://b.example"))).Message,
        StringComparison.Ordinal);

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
    [InlineData("Auth:Development:MaxSecretChecks", "-1", "0")]
    [InlineData("Auth:Development:MaxSecretChecks", "1025", "1024")]
    [InlineData("Auth:Development:MaxWaitingSecretChecks", "-1", "0")]
    [InlineData("Auth:Development:MaxWaitingSecretChecks", "1025", "1024")]
    [InlineData("Auth:Development:MaxFailedSignIns", "0", "1")]
    [InlineData("Auth:Development:MaxFailedSignIns", "1001", "1000")]
    [InlineData("Auth:Development:FailedSignInWindow", "00:00:00.9", "00:00:01")]
    [InlineData("Auth:Development:FailedSignInWindow", "1.00:00:01", "1.00:00:00")]
    public void A_wrong_setting_is_named_with_what_it_may_be(string name, string value, string allowed)
    {
        string message = Assert.Throws<OptionsValidationException>(() => Read((name, value))).Message;

        Assert.StartsWith(name.Replace(":0", "", StringComparison.Ordinal), message, StringComparison.Ordinal);
        Assert.Contains(allowed, message, StringComparison.Ordinal);
    }

    private const string Tenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";
    private const string Other = "12345678-1234-4234-8234-123456789abc";

    [Theory]
    [InlineData("Auth:Cloud=Mars;Auth:Tenants=any", "Auth:Cloud is 'Mars'; it must be Global, UsGovernment, UsGovernmentDod, China")]
    [InlineData("Auth:Cloud=Global", "Auth:Cloud is set and Auth:Tenants is not")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=", "Auth:Tenants is ''")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=contoso", "Auth:Tenants is 'contoso'")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=any,7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:Tenants is 'any,7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f'; it must be the GUID of a tenant, several separated by ';'")]
    [InlineData("Auth:Authority=https://a.example;Auth:Tenants=", "Auth:Tenants is ''")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants:0=any;Auth:Tenants:1=7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:Tenants is 'any;7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f'")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=any;Auth:Tenants:0=7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:Tenants is set both as a text and as a list (Auth:Tenants:0)")]
    [InlineData("Auth:Audiences=", "Auth:Audiences must name at least one audience")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=9188040D-6c67-4c5b-b112-36a304b66dad", "Auth:Tenants names 9188040d-6c67-4c5b-b112-36a304b66dad, the tenant of personal")]
    [InlineData("Auth:Tenants=any", "Auth:Tenants is set and neither Auth:Cloud nor Auth:Authority")]
    [InlineData("Auth:Authority=https://login.microsoftonline.com/common/v2.0", "Set Auth:Cloud=Global and Auth:Tenants instead")]
    [InlineData("Auth:Authority=https://login.chinacloudapi.cn/common/v2.0", "Set Auth:Cloud=China and Auth:Tenants instead")]
    [InlineData("Auth:Authority=https://a.example/x/.well-known/openid-configuration", "such as https://a.example/x.")]
    [InlineData("Auth:Authority=https://a.example;Auth:TenantId=contoso", "Auth:TenantId is 'contoso'; it must be a GUID")]
    [InlineData("Auth:TenantId=7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:TenantId is for a provider that has no tenants")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=any;Auth:TenantId=7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:TenantId is for a provider that has no tenants")]
    [InlineData("Auth:Authority=https://a.example;Auth:Tenants=any;Auth:TenantId=7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:TenantId is for a provider that has no tenants")]
    [InlineData("Auth:SigningAlgorithms:0=HS256", "Auth:SigningAlgorithms is 'HS256'; each must be one of RS256")]
    [InlineData("Auth:SigningAlgorithms:0=RS256;Auth:SigningAlgorithms:1=none", "Auth:SigningAlgorithms is 'RS256', 'none'")]
    [InlineData("Auth:SigningAlgorithms:0=rs256", "Auth:SigningAlgorithms is 'rs256'")]
    [InlineData("Auth:Administrators:0=ada", "Auth:Administrators holds 'ada'")]
    [InlineData("Auth:Administrators:0=contoso/7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "Auth:Administrators holds 'contoso/")]
    [InlineData("Auth:Claims:User=sub", "Auth:Claims is for the tokens of a provider that Auth:Authority names")]
    [InlineData("Auth:Cloud=Global;Auth:Tenants=any;Auth:Claims:Application=x", "Auth:Claims is for the tokens of a provider that Auth:Authority names")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:User=sub", "Auth:Claims is set and Auth:Claims:Application is not")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:Roles=a..b", "Auth:Claims:Roles is 'a..b'; it must be the name of a claim")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:App=/a/~9", "Auth:Claims:App is '/a/~9'; it must be the name of a claim")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:Guest=a=b=c", "Auth:Claims:Guest is 'a=b=c'; it must be a claim that is there")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x=", "Auth:Claims:Application is 'x='; it must be a claim that is there")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:Permissions:0=read=Everything", "Auth:Claims:Permissions holds 'read=Everything'")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:Permissions:0=ExternalItem.Read.All", "Auth:Claims:Permissions holds")]
    [InlineData("Auth:Authority=https://a.example;Auth:Claims:Application=x;Auth:Claims:Namespace= ", "Auth:Claims:Namespace must be a text")]
    [InlineData("Auth:Claims:Usr=sub", "Auth:Claims:Usr is not a setting; did you mean Auth:Claims:User?")]
    [InlineData("Auth:Claims:Applicaton=x", "Auth:Claims:Applicaton is not a setting; did you mean Auth:Claims:Application?")]
    [InlineData("Auth:Autority=https://a.example", "Auth:Autority is not a setting; did you mean Auth:Authority?")]
    public void Settings_that_contradict_each_other_or_leave_something_open_are_told(string settings, string expected)
    {
        (string, string)[] read = [.. settings.Split(';').Select(setting => (setting.Split('=')[0], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

        Assert.Contains(expected, Assert.Throws<OptionsValidationException>(() => Read(read)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Global", "https://login.microsoftonline.com", "https://graph.microsoft.com")]
    [InlineData("usgovernment", "https://login.microsoftonline.us", "https://graph.microsoft.us")]
    [InlineData("UsGovernmentDod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us")]
    [InlineData("China", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn")]
    public void A_cloud_decides_on_authority_and_audiences(string cloud, string login, string graph)
    {
        AuthOptions one = Read(("Auth:Cloud", cloud), ("Auth:Tenants", Tenant.ToUpperInvariant()));
        AuthOptions two = Read(("Auth:Cloud", cloud), ("Auth:Tenants:0", Tenant), ("Auth:Tenants:1", Other));
        AuthOptions any = Read(("Auth:Cloud", cloud), ("Auth:Tenants", " Any "));

        Assert.Equal([graph, graph + "/", "00000003-0000-0000-c000-000000000000"], one.AcceptedAudiences);
        Assert.Equal($"{login}/{Tenant}/v2.0", one.DiscoveryRoot);
        Assert.Equal([Tenant, Other], two.AcceptedTenants.Ids);
        Assert.Equal($"{login}/common/v2.0", two.DiscoveryRoot);
        Assert.Equal($"{login}/common/v2.0", any.DiscoveryRoot);
        Assert.True(any.AcceptedTenants.Has(Other));
        Assert.False(one.AcceptedTenants.Has(Other));
        Assert.Equal("https://mirror.example/x", Read(("Auth:Cloud", cloud), ("Auth:Tenants", "any"), ("Auth:Authority", "https://mirror.example/x/")).DiscoveryRoot);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_named_too() => Assert.Equal(
        "Auth:ClockSkew is 'five minutes'; it must be a time such as 00:00:30, or with days 1.00:00:00.",
        Assert.Throws<OptionsValidationException>(() => Read(("Auth:ClockSkew", "five minutes"))).Message);

    [Fact]
    public void Two_tenants_of_a_text_are_those_of_a_list() => Assert.Equal(
        Read(("Auth:Cloud", "Global"), ("Auth:Tenants:0", Tenant), ("Auth:Tenants:1", Other)).AcceptedTenants.Ids,
        Read(("Auth:Cloud", "Global"), ("Auth:Tenants", $"{Tenant}; {Other.ToUpperInvariant()};{Tenant}")).AcceptedTenants.Ids);

    [Fact]
    public void All_wrong_settings_are_told_at_once() =>
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(() => Read(("Auth:ClockSkew", "01:00:00"), ("Auth:Authority", "x"))).Failures.Count());
}
