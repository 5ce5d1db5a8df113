export interface ResolvingWorker {
  /** A line of sh that changes files, for a task of its own. */
  readonly work: string
  /** The content of one.txt once the conflict is resolved. */
  readonly resolved: string
}

/** An agent's program: it commits the work of each task, and resolves the conflict of a merge task in one.txt at the first try. */
export function resolvingWorker({ work, resolved }: ResolvingWorker): string {
  return `#!/bin/sh
git config user.name a; git config user.email a@a
while IFS= read -r line; do
  case $line in 'TASK '*) ;; *) continue ;; esac
  id=\${line#TASK }; id=\${id%% *}
  case $id in
    *-merge-*)
      git merge "$(sed -n 's/.*git merge \\([0-9a-f]\\{40\\}\\).*/\\1/p' "$ORCHESTRA_DIR/prompt.md" | head -n 1)" >/dev/null || true
      echo '${resolved}' > one.txt;;
    *) ${work};;
  esac
  git add -A && git commit -qm "$id"; orchestra-report done "$id"
done
`
}
