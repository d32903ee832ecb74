namespace OciSharp.Runtime.Explain;

internal sealed partial class HtmlFormat
{
    private const string Style = """
        :root { --page: #fbfaf8; --card: #fff; --text: #1d1f24; --soft: #5c616b; --line: #dcd9d3; --link: #0b57a4; --bad: #a3161b; --badback: #fde8e6; --warn: #7a4b00; --warnback: #fdf0d5;
          --good: #1c6434; --goodback: #e2f3e6; --runtime: #6a2c91; --helper: #0b57a4; --init: #1c6434; --code: #f1efea; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #15171b; --card: #1d2026; --text: #e7e8ea; --soft: #a4a9b3; --line: #353a43; --link: #7fb8f5; --bad: #ff9a94; --badback: #441a1a; --warn: #f5c66b; --warnback: #3d2f12;
            --good: #86d69b; --goodback: #173322; --runtime: #d3a4f2; --helper: #7fb8f5; --init: #86d69b; --code: #272b32; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { margin: 0; font-size: 2rem; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.3rem; } h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
        p { margin: .25rem 0; } a { color: var(--link); } code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
        code { background: var(--code); border-radius: .2rem; padding: 0 .2rem; } pre { background: var(--code); border-radius: .3rem; padding: .5rem; white-space: pre-wrap; }
        .kicker, .origin, .no, footer { color: var(--soft); } footer { margin: 3rem 0 1rem; }
        .skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
        :focus-visible { outline: .2rem solid var(--link); outline-offset: .1rem; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .75rem; }
        .facts, .cards, .plain, .tree, .tree ul, .calls { list-style: none; padding: 0; margin: .5rem 0; }
        .facts { display: flex; flex-wrap: wrap; gap: .5rem; } .facts li, .mark, .flag, .by { border-radius: .3rem; padding: 0 .4rem; background: var(--code); }
        .mark { font-size: .85em; font-weight: 600; } .bad { color: var(--bad); background: var(--badback) !important; } .warn { color: var(--warn); background: var(--warnback) !important; }
        .good { color: var(--good); background: var(--goodback) !important; }
        .plain li { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .6rem; margin: .3rem 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .6rem; }
        .cards li { background: var(--card); border: 1px solid var(--line); border-left: .4rem solid var(--good); border-radius: .4rem; padding: .5rem .7rem; }
        .cards .shared { border-left-color: var(--soft); } .cards h3 { margin: 0; } .cards .host { border-left-color: var(--bad); } .cards .joined { border-left-color: var(--warn); } .cards p { color: var(--soft); font-size: .9em; }
        .cards p.state { color: var(--good); font-size: 1em; font-weight: 600; } .cards .host p.state { color: var(--bad); } .cards .joined p.state { color: var(--warn); } .cards .shared p.state { color: var(--soft); }
        .tree ul { border-left: 2px solid var(--line); margin: .1rem 0 .1rem .6rem; padding-left: .9rem; } .tree div { padding: .15rem 0; } .tree .path { font-weight: 700; }
        .flag { font-size: .85em; } .flag.rw { color: var(--warn); background: var(--warnback); } .tree .mask, .tree .readonly { color: var(--soft); }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; background: var(--card); } th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
        th[scope=row] { font-weight: 600; } td:last-child code { white-space: nowrap; } thead th { color: var(--soft); font-size: .9em; }
        .calls { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .2rem 1rem; } .calls li { color: var(--warn); } .calls .refused { color: var(--good); } .calls code { color: var(--text); }
        ol { padding-left: 2.8rem; margin: .25rem 0; } ol li::marker { color: var(--soft); font-size: .85em; } summary { cursor: pointer; padding: .15rem 0; } details p, details pre { margin-left: 1rem; }
        .by { display: inline-block; min-width: 4.2rem; text-align: center; font-size: .8em; } .runtime { color: var(--runtime); } .helper { color: var(--helper); } .init { color: var(--init); }
        @media (max-width: 40rem) { body { padding: .6rem; } h1 { font-size: 1.5rem; } th, td { padding: .2rem .3rem; font-size: .85em; } ol { padding-left: 2.2rem; } .by { min-width: 0; } }
        @media print { details { display: block; } nav, .skip { display: none; } }

        """;
}
