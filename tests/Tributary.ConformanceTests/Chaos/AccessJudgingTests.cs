using static Tributary.ConformanceTests.Chaos.MadeRun;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>What the judge of <c>Tributary.Chaos</c> makes of who sees what, and when.</summary>
public sealed class AccessJudgingTests
{
    private const string A = "lane00x01";
    private const string B = "lane00x02";
    private const string Shown = A + "=s0n1";

    [Theory]
    [InlineData("+everyone", "ada ben cyd gus")]
    [InlineData("+everyoneExceptGuests", "ada ben cyd")]
    [InlineData("+user:ada", "ada")]
    [InlineData("+group:staff", "ada ben")]
    [InlineData("+group:visitors", "ben gus")]
    [InlineData("+everyone -user:ada", "ben cyd gus")]
    [InlineData("-user:ada +user:ada", "")]
    [InlineData("+everyone -group:visitors", "ada cyd")]
    [InlineData("+everyone -everyoneExceptGuests", "gus")]
    [InlineData("-user:ada", "")]
    [InlineData("+externalGroup:east", "")]
    [InlineData("+everyone -externalGroup:east", "ada ben cyd gus")]
    public void An_item_is_seen_by_whom_its_list_lets_in(string acl, string seenBy)
    {
        foreach (string user in new[] { Ada, Ben, Cyd, Gus })
        {
            bool isSeen = seenBy.Split(' ').Contains(user);
            MadeRun run = new MadeRun().Put(A, "s0n1", 0, 1, acl);
            run.Search(user, "*", 2, 3, isSeen ? [Shown] : []).IsRight();
            run = new MadeRun().Put(A, "s0n1", 0, 1, acl).Search(user, "*", 2, 3, isSeen ? [] : [Shown]);
            run.IsWrong(isSeen ? "It does not show" : "which the caller could not see");
        }
    }

    [Fact]
    public void What_was_revoked_before_is_not_shown() =>
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 3, "+user:ben").Search(Ada, "*", 4, 5, Shown).IsWrong("which the caller could not see");

    [Fact]
    public void What_is_revoked_meanwhile_may_be_shown_or_not()
    {
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 9, "+user:ben").Search(Ada, "*", 4, 5, Shown).IsRight();
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 9, "+user:ben").Search(Ada, "*", 4, 5).IsRight();
    }

    [Fact]
    public void What_was_revoked_without_an_answer_may_be_shown_or_not()
    {
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 3, "+user:ben", status: null).Search(Ada, "*", 4, 5, Shown).IsRight();
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 3, "+user:ben", status: null).Search(Ada, "*", 4, 5).IsRight();
    }

    [Fact]
    public void Members_see_what_their_group_is_granted() => InEast().Search(Ada, "*", 10, 11, Shown).Search(Ben, "*", 10, 11).IsRight();

    [Fact]
    public void And_must_be_shown_it() => InEast().Search(Ada, "*", 10, 11).IsWrong("It does not show");

    [Fact]
    public void A_member_who_was_removed_before_sees_it_no_longer() =>
        InEast().RemoveMember("east", Ada, 8, 9).Search(Ada, "*", 10, 11, Shown).IsWrong("which the caller could not see");

    [Fact]
    public void A_member_who_is_removed_meanwhile_may_see_it_or_not()
    {
        InEast().RemoveMember("east", Ada, 8, 12).Search(Ada, "*", 10, 11, Shown).IsRight();
        InEast().RemoveMember("east", Ada, 8, 12).Search(Ada, "*", 10, 11).IsRight();
    }

    [Fact]
    public void A_group_that_was_deleted_lets_nobody_in() => InEast().DeleteGroup("east", 8, 9).Search(Ada, "*", 10, 11, Shown).IsWrong("which the caller could not see");

    [Fact]
    public void A_group_that_was_made_again_has_no_members() =>
        InEast().DeleteGroup("east", 8, 9).CreateGroup("east", 10, 11).Search(Ada, "*", 12, 13, Shown).IsWrong("which the caller could not see");

    [Fact]
    public void Membership_goes_through_groups_in_groups()
    {
        MadeRun Nested() => InEast("+externalGroup:west").CreateGroup("west", 2, 3).AddMember("west", "east", 8, 9);
        Nested().Search(Ada, "*", 10, 11, Shown).Search(Ben, "*", 10, 11).IsRight();
        Nested().Search(Ada, "*", 10, 11).IsWrong("It does not show");
        Nested().RemoveMember("east", Ada, 10, 11).Search(Ada, "*", 12, 13, Shown).IsWrong("which the caller could not see");
    }

    [Fact]
    public void Membership_goes_through_groups_of_the_directory()
    {
        MadeRun Nested() => InEast().AddMember("east", "staff", 8, 9);
        Nested().Search(Ben, "*", 10, 11, Shown).Search(Cyd, "*", 10, 11).IsRight();
        Nested().Search(Ben, "*", 10, 11).IsWrong("It does not show");
    }

    [Fact]
    public void Groups_that_contain_each_other_end() =>
        InEast().CreateGroup("west", 2, 3).AddMember("west", "east", 4, 5).AddMember("east", "west", 6, 7).Search(Ada, "*", 10, 11, Shown).Search(Ben, "*", 10, 11).IsRight();

    [Fact]
    public void A_deny_of_a_group_keeps_its_members_out()
    {
        InEast("+everyone -externalGroup:east").Search(Ada, "*", 10, 11).Search(Ben, "*", 10, 11, Shown).IsRight();
        InEast("+everyone -externalGroup:east").Search(Ada, "*", 10, 11, Shown).IsWrong("which the caller could not see");
        InEast("+everyone -externalGroup:east").AddMember("east", Ben, 8, 9).Search(Ben, "*", 10, 11, Shown).IsWrong("which the caller could not see");
    }

    [Fact]
    public void One_caller_is_in_the_same_groups_for_all_of_an_answer()
    {
        MadeRun Two() => InEast().Put(B, "s0n2", 0, 1, "+externalGroup:east").RemoveMember("east", Ada, 8, 12);
        Two().Search(Ada, "*", 10, 11, Shown, $"{B}=s0n2").IsRight();
        Two().Search(Ada, "*", 10, 11).IsRight();
        Two().Search(Ada, "*", 10, 11, Shown).IsWrong("No set of groups that the caller can have been in");
    }

    [Theory]
    [InlineData(409, true)]
    [InlineData(201, false)]
    public void Who_is_a_member_is_not_added(int status, bool isRight) => IsRightOrNot(InEast().AddMember("east", Ada, 8, 9, status), isRight);

    [Theory]
    [InlineData(404, true)]
    [InlineData(204, false)]
    [InlineData(200, false)]
    public void Who_is_no_member_is_not_removed(int status, bool isRight) => IsRightOrNot(InEast().RemoveMember("east", Ben, 8, 9, status), isRight);

    [Theory]
    [InlineData(409, true)]
    [InlineData(201, false)]
    public void What_is_there_is_not_created(int status, bool isRight) => IsRightOrNot(InEast().CreateGroup("east", 8, 9, status), isRight);

    [Theory]
    [InlineData(404, true)]
    [InlineData(201, false)]
    [InlineData(409, false)]
    public void A_group_that_is_not_there_takes_no_member(int status, bool isRight) => IsRightOrNot(InEast().DeleteGroup("east", 6, 7).AddMember("east", Ben, 8, 9, status), isRight);

    [Fact]
    public void The_members_of_a_group_are_told()
    {
        InEast().GetMembers("east", 8, 9, [Ada]).IsRight();
        InEast().GetMembers("east", 8, 9, [Ada, Ben]).IsWrong("cannot be");
        InEast().GetMembers("east", 8, 9, []).IsWrong("cannot be");
    }

    private static void IsRightOrNot(MadeRun run, bool isRight)
    {
        if (isRight)
        {
            run.IsRight();
        }
        else
        {
            run.IsWrong("");
        }
    }

    private static MadeRun InEast(string acl = "+externalGroup:east") => new MadeRun().Put(A, "s0n1", 0, 1, acl).CreateGroup("east", 2, 3).AddMember("east", Ada, 4, 5);
}
