using Tributary.Directories;
using Tributary.Directories.Seed;

namespace Tributary.Tests.Directories.Seed;

public sealed class SeedTenantViewTests
{
    private const string Tenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";
    private const string Other = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e70";
    private const string Ada = "aaaaaaaa-0000-4000-8000-000000000001";
    private const string A = "bbbbbbbb-0000-4000-8000-00000000000a";
    private const string B = "bbbbbbbb-0000-4000-8000-00000000000b";
    private const string C = "bbbbbbbb-0000-4000-8000-00000000000c";

    [Fact]
    public void Groups_are_reached_through_groups_and_cycles_end()
    {
        SeedTenantView tenant = View(new SeedFile
        {
            Users = [new() { UserPrincipalName = "ada@contoso.test", Oid = Ada.ToUpperInvariant() }],
            Groups =
            [
                new() { Id = A, Members = ["ADA@contoso.test"] },
                new() { Id = B.ToUpperInvariant(), Members = [A, C] },
                new() { Id = C, Members = [B] },
            ],
        });

        Assert.Equal([A], tenant.GroupsOf(Ada, isTransitive: false));
        Assert.Equal([A, B, C], tenant.GroupsOf(Ada, isTransitive: true).Order());
        Assert.Equal([B], tenant.GroupsOf(C, isTransitive: true));
        Assert.Equal([Ada, A, B], tenant.MembersOf(C, isTransitive: true).Select(member => member.Id).Order());
        Assert.Equal([A, C], tenant.MembersOf(B, isTransitive: false).Select(member => member.Id).Order());
    }

    [Fact]
    public void A_group_that_only_a_user_names_is_a_group_too_and_a_member_that_is_nobody_is_none()
    {
        SeedTenantView tenant = View(new SeedFile
        {
            Users = [new() { UserPrincipalName = "ada@contoso.test", Oid = Ada, Groups = [A] }],
            Groups = [new() { Id = B, Members = [C] }],
        });

        Assert.NotNull(tenant.FindGroupOrNull(A.ToUpperInvariant()));
        Assert.Empty(tenant.MembersOf(B, isTransitive: true));
        Assert.Null(tenant.FindGroupOrNull(C));
    }

    [Fact]
    public void What_is_said_for_this_tenant_wins_over_what_is_said_for_all_and_another_tenants_is_not_here()
    {
        var file = new SeedFile
        {
            Users =
            [
                new() { UserPrincipalName = "ada@contoso.test", DisplayName = "Of all" },
                new() { UserPrincipalName = "Ada@contoso.test", DisplayName = "Of one", TenantId = Tenant.ToUpperInvariant() },
                new() { UserPrincipalName = "bob@contoso.test", TenantId = Other },
            ],
            Groups = [new() { Id = A, TenantId = Other, Members = ["ada@contoso.test"] }],
        };

        Assert.Equal("Of one", View(file).FindUserOrNull("ada@contoso.test")!.Entry.DisplayName);
        Assert.Equal("Of all", View(file, Other).FindUserOrNull("ada@contoso.test")!.Entry.DisplayName);
        Assert.Null(View(file).FindUserOrNull("bob@contoso.test"));
        Assert.Null(View(file).FindGroupOrNull(A));
        Assert.Equal([A], View(file, Other).GroupsOf(View(file, Other).FindUserOrNull("ada@contoso.test")!.Entry.Id, isTransitive: true));
    }

    [Fact]
    public void An_id_that_is_not_given_is_derived_from_tenant_and_name_and_stays()
    {
        var file = new SeedFile { Users = [new() { UserPrincipalName = "ada@contoso.test" }] };

        DirectoryUser ada = View(file).FindUserOrNull("ada@contoso.test")!.Entry;

        Assert.Equal(ada, View(file).FindUserOrNull(ada.Id.ToUpperInvariant())!.Entry);
        Assert.NotEqual(ada.Id, View(file, Other).FindUserOrNull("ada@contoso.test")!.Entry.Id);
    }

    [Fact]
    public void Every_GUID_is_an_application_only_where_the_development_issuer_is_on()
    {
        Assert.NotNull(SeedDirectory.OfDevelopment(Tenant).FindApplicationOrNull(A));
        Assert.Null(SeedDirectory.OfDevelopment(Tenant).FindApplicationOrNull("contoso"));
        Assert.Null(View(new SeedFile()).FindApplicationOrNull(A));
        Assert.Equal("Sync", View(new SeedFile { Apps = [new() { AppId = A, DisplayName = "Sync" }] }).FindApplicationOrNull(A.ToUpperInvariant())!.DisplayName);
    }

    private static SeedTenantView View(SeedFile file, string tenant = Tenant) => new(tenant, file, builtInUsers: [], isEveryGuidAnApp: false);
}
