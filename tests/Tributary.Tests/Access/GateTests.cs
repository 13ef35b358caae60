namespace Tributary.Tests.Access;

/// <summary>The judge of the concurrent checker: too lenient and it proves nothing, too strict and it accuses falsely.</summary>
public class GateTests
{
    [Theory]
    [InlineData(1, 9, true, false)]
    [InlineData(1, 10, true, true)]
    [InlineData(12, 13, true, true)]
    [InlineData(20, 25, true, true)]
    [InlineData(21, 29, false, true)]
    [InlineData(5, 25, true, true)]
    [InlineData(21, 30, true, true)]
    [InlineData(31, 1000, true, true)]
    public void Who_asked_during_a_change_may_have_met_either_state_and_who_asked_after_it_the_new_one_only(long begun, long ended, bool mayBeOpen, bool mayBeClosed)
    {
        var gate = new Gate(isOpen: true);
        gate.Begin(opens: false, 10);
        gate.End(20);

        // Not answered yet.
        gate.Begin(opens: true, 30);

        Assert.Equal((mayBeOpen, mayBeClosed), gate.Between(begun, ended));
    }
}
