//! The words of letters to families, in English and Spanish, and to those who asked a family. None says whom it is about.

use super::{date, letter, says, to_sign_in, unnamed};
use crate::domain::letter::{Letter, Place};
use crate::letters::{Content, Foot, Part};

/// What a family, or who asked it, is told.
pub(super) fn of_family(it: &Letter) -> Content {
    match it {
        Letter::FamilyAsked => letter(
            "A request waits for your answer / Una solicitud espera su respuesta",
            vec![
                says(
                    "A request waits for your answer in the portal. Sign in to read it and to say yes or no.",
                ),
                says("Una solicitud espera su respuesta en el portal. Entre para leerla y decir sí o no."),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::FamilyReminded { until } => letter(
            "A request still waits for you / Una solicitud aún le espera",
            vec![
                says(format!(
                    "A request still waits for your answer in the portal. Without an answer it closes by itself on {}.",
                    date(*until)
                )),
                says(format!(
                    "Una solicitud aún espera su respuesta en el portal. Si nadie responde, se cierra sola el {}.",
                    spanish_date(*until)
                )),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::FamilyChanged => letter(
            "A change in your family’s portal / Un cambio en su portal",
            vec![
                says(
                    "Somebody in your family gave an answer, or changed who may see a chart. Sign in to see what it is. You can \
                      take access back at any time.",
                ),
                says(
                    "Alguien de su familia dio una respuesta o cambió quién puede ver un expediente. Entre para ver qué es. Usted \
                      puede quitar el acceso en cualquier momento.",
                ),
                to_sign_in(),
            ],
            Foot::NotYou("If you did not expect this, look at it soon. / Si no lo esperaba, véalo pronto."),
        ),
        Letter::FamilyAnswered { approved: true } => letter(
            "Your request was approved",
            vec![
                says(
                    "The patient or a guardian has approved your request for access. Sign in to see what you may open.",
                ),
                to_sign_in(),
            ],
            Foot::NotYou("If you did not ask for this, tell the access team."),
        ),
        Letter::FamilyAnswered { approved: false } => letter(
            "Your request was declined",
            vec![
                says(
                    "The patient or a guardian has declined your request for access. They need not say why. The same may be asked \
                      again 30 days from now.",
                ),
                to_sign_in(),
            ],
            Foot::NotYou("If you did not ask for this, tell the access team."),
        ),
        Letter::FamilyRenewed => letter(
            "Access of yours was renewed",
            vec![
                says(
                    "A patient has renewed access that a guardian gave you and that ends when the patient comes of age. It goes on until \
                      its own end. Sign in to see what you may open.",
                ),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::EnrolmentDecided { approved } => enrolment(*approved),
        Letter::MessageAnswered => answered(),
        Letter::RequestLapsed { again: Some(again) } => letter(
            "Your request was closed",
            vec![
                says(format!(
                    "Nobody answered your request for access within 30 days, so it was closed. You may ask again from {}.",
                    date(*again)
                )),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        Letter::RequestLapsed { again: None } => letter(
            "Your request was closed",
            vec![
                says(
                    "A request of yours was closed, because it can no longer be answered. Sign in to see which one it is.",
                ),
                to_sign_in(),
            ],
            Foot::Questions,
        ),
        other => unnamed(other),
    }
}

/// That the access team has answered a message.
fn answered() -> Content {
    letter(
        "An answer waits for you / Tiene una respuesta",
        vec![
            says("The access team has answered your message. Sign in to read the answer."),
            says("El equipo de acceso respondió a su mensaje. Entre para leer la respuesta."),
            to_sign_in(),
        ],
        Foot::Questions,
    )
}

/// The answer to whoever asked for a family account; it goes to an address that nobody has proven yet.
fn enrolment(approved: bool) -> Content {
    let foot = Foot::NotYou(
        "If you did not ask for a family account, you need not do anything. / Si no la pidió, no tiene que hacer nada.",
    );
    if approved {
        let place = Place("/family/activate".to_owned());
        let parts = vec![
            says(
                "You can start your family account now. You need the code that we read out to you by phone.",
            ),
            says("Ya puede abrir su cuenta familiar. Necesita el código que le leímos por teléfono."),
            Part::Link("Start your account / Abrir su cuenta", place),
        ];
        return letter("Your family account / Su cuenta familiar", parts, foot);
    }
    let parts = vec![
        says(
            "We could not open a family account from what you sent us. Please call us, or ask at your practice.",
        ),
        says(
            "No pudimos abrir una cuenta familiar con lo que nos envió. Llámenos o pregunte en su consultorio.",
        ),
    ];
    letter("Your family account / Su cuenta familiar", parts, foot)
}

/// `24 de noviembre de 2026`.
fn spanish_date(date: time::Date) -> String {
    const MONTHS: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    let month = MONTHS.get(usize::from(u8::from(date.month())) - 1).copied().unwrap_or_default();
    format!("{} de {month} de {}", date.day(), date.year())
}
