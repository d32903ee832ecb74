using System.Text;
using OciSharp.Cgroups.Devices;
using OciSharp.Cgroups.V1;
using OciSharp.Spec;

namespace OciSharp.Cgroups.V2;

internal sealed partial class V2Manager
{
    /// <inheritdoc/>
    protected override void RehearseAll(LinuxResources? resources)
    {
        if (present)
        {
            Rehearsal!.Add(new CgroupAct(CgroupActKind.Make, directory.Path));
            controllers = ControllerTree.Rehearse(Rehearsal, directory);
        }

        Apply(resources, undo: null);
        if (!present)
            return;
        var rules = DeviceRules.Of(resources?.Devices);
        if (!rules.AllowByDefault || rules.Rules.Count > 0)
            Rehearsal!.Add(new CgroupAct(CgroupActKind.AttachDevices, directory.Path, RulesText(rules)));
    }

    private static string RulesText(DeviceRules rules)
    {
        var text = new StringBuilder(rules.AllowByDefault ? "allow all" : "deny all");
        Span<byte> rule = stackalloc byte[DevicesController.RuleMax];
        foreach (DeviceRule one in rules.Rules)
        {
            int length = DevicesController.Format(one.Group, rule);
            text.Append(one.Allow ? "\nallow " : "\ndeny ").Append(Encoding.ASCII.GetString(rule[..(length - 1)]));
        }

        return text.ToString();
    }
}
