/** Gates that could never open, and people that could be mistaken for each other. */
import { questionsOf } from '../gates/criteria.js'
import { didYouMean } from './did-you-mean.js'
import type { GateSpec, Layout } from './model.js'
import { quote, type Report } from './report.js'

export function checkGates(layout: Layout, report: Report): void {
  for (const gate of layout.gates) checkGate(gate, layout, report)
}

function checkGate(gate: GateSpec, { people }: Layout, report: Report): void {
  const path = ['gates', gate.id]
  if (gate.verify.length === 0 && gate.criteria.length === 0 && gate.approve === 'none') {
    report(path, `gate ${gate.id} holds nothing back: it has neither verify, criteria nor approve`, 'warning')
  }
  for (const [i, { verify }] of gate.criteria.entries()) {
    if (verify.length > 0 || gate.approve === 'human') continue
    const said = `nobody is asked criterion ${i + 1}: with approve: none each criterion needs verify`
    report([...path, 'criteria', i], said)
  }
  const { role, count } = gate.quorum
  if (questionsOf(gate).length === 0 || people.length === 0) return
  const able = role === null ? people : people.filter(({ roles }) => roles.includes(role))
  if (role !== null && able.length === 0) {
    const roles = new Set(people.flatMap((person) => person.roles))
    report(
      [...path, 'approve', 'role'],
      () => `no person has the role ${quote(role)}${didYouMean(role, roles)}`,
    )
  } else if (role !== null && able.length < count) {
    const has = able.length === 1 ? 'one person has' : `${able.length} people have`
    report([...path, 'approve', 'count'], `${count} people are needed, but ${has} the role ${quote(role)}`)
  }
}

export function checkPeople({ people, layers }: Layout, report: Report): void {
  const known = new Set<string>(layers.map(({ id }) => id))
  const owners = new Map<string, string>()
  for (const person of people) {
    const path = ['people', person.id]
    if (person.is.length === 0) {
      report(path, `nobody is ${person.id}: name a principal, as is: [person:1000]`)
    }
    for (const [i, principal] of person.is.entries()) {
      const owner = owners.get(principal)
      if (owner !== undefined) report([...path, 'is', i], `${principal} is ${owner} already`)
      owners.set(principal, person.id)
    }
    if (person.layer !== null && !known.has(person.layer)) {
      const { layer } = person
      report([...path, 'layer'], () => `no layer is called ${quote(layer)}${didYouMean(layer, known)}`)
    }
  }
}
