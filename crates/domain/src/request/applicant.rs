//! Who asks, by which way, for what and in what form (政府信息公开条例 arts 29, 31, 40). There is no purpose: the law of 2019
//! no longer asks for one, and neither may a form.

use crate::vocabulary::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// Who asks, as the annual report counts (table 3's columns).
    ApplicantKind {
        /// A person.
        Person = "person", "自然人";
        /// A company.
        Company = "company", "商业企业";
        /// A research institution.
        Research = "research", "科研机构";
        /// A charity or association.
        Welfare = "welfare", "社会公益组织";
        /// A law firm or legal service.
        Legal = "legal", "法律服务机构";
        /// Any other legal person or organisation.
        Other = "other", "其他";
    }
}

words! {
    /// How a request came (art. 31).
    Way {
        /// Handed in at the counter.
        InPerson = "in_person", "当面提交";
        /// Told by word of mouth, written down by the agency (art. 29).
        Oral = "oral", "口头申请（代为填写）";
        /// Registered mail, signed for.
        SignedPost = "signed_post", "邮寄（签收）";
        /// Ordinary mail, not signed for.
        OrdinaryPost = "ordinary_post", "平常信函邮寄（无需签收）";
        /// The portal or electronic mail.
        Internet = "internet", "互联网";
        /// Fax.
        Fax = "fax", "传真";
    }
}

words! {
    /// On what the information is wanted (art. 29: 形式要求).
    Providing {
        /// On paper.
        Paper = "paper", "纸质";
        /// As a file.
        Electronic = "electronic", "电子文件";
        /// On a disc.
        Disc = "disc", "光盘";
        /// To be looked at on the spot.
        Reading = "reading", "现场查阅";
    }
}

words! {
    /// How it is to reach the applicant (art. 29: 获取信息的途径).
    Obtaining {
        /// By post.
        Post = "post", "邮寄";
        /// By electronic mail or the portal.
        Network = "network", "网络";
        /// By fax.
        Fax = "fax", "传真";
        /// Fetched.
        InPerson = "in_person", "当面领取";
    }
}

impl Way {
    /// Whether the day of receipt is the one on which both sides confirm it.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::OrdinaryPost | Self::Internet | Self::Fax)
    }

    /// The day of receipt (收到之日, art. 31) of a request that came on `arrived` and was confirmed with the applicant on
    /// `confirmed`; `None` while that has not happened.
    ///
    /// ```
    /// use domain::request::Way;
    /// use jiff::civil::date;
    /// let (came, agreed) = (date(2026, 9, 18), date(2026, 9, 21));
    /// assert_eq!(Way::SignedPost.received(came, Some(agreed)), Some(came));
    /// assert_eq!(Way::Internet.received(came, Some(agreed)), Some(agreed));
    /// assert_eq!(Way::Internet.received(came, None), None);
    /// ```
    pub fn received(self, arrived: Date, confirmed: Option<Date>) -> Option<Date> {
        if self.is_confirmed() { confirmed.filter(|day| *day >= arrived) } else { Some(arrived) }
    }

    /// On what the day of receipt rests.
    pub fn basis(self) -> &'static str {
        match self {
            Self::InPerson | Self::Oral => {
                "政府信息公开条例第三十一条第一项：当面提交的，以提交之日为收到申请之日"
            }
            Self::SignedPost => "政府信息公开条例第三十一条第二项：邮寄的，以签收之日为收到申请之日",
            Self::OrdinaryPost => {
                "政府信息公开条例第三十一条第二项：平常信函等无需签收的，当日与申请人确认，以确认之日为收到申请之日"
            }
            Self::Internet | Self::Fax => {
                "政府信息公开条例第三十一条第三项：通过互联网或者传真提交的，以双方确认之日为收到申请之日"
            }
        }
    }
}

impl Providing {
    /// Whether it can reach the applicant that way: no disc goes by fax, and what is looked at is looked at here.
    ///
    /// ```
    /// use domain::request::{Obtaining, Providing};
    /// assert!(Providing::Disc.goes_by(Obtaining::Post) && !Providing::Disc.goes_by(Obtaining::Fax));
    /// ```
    pub fn goes_by(self, obtaining: Obtaining) -> bool {
        match self {
            Self::Paper => true,
            Self::Electronic => obtaining != Obtaining::Fax,
            Self::Disc => matches!(obtaining, Obtaining::Post | Obtaining::InPerson),
            Self::Reading => obtaining == Obtaining::InPerson,
        }
    }
}

/// The one who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// What kind.
    pub kind: ApplicantKind,
    /// Name of the person or organisation.
    pub name: String,
    /// Identity proof (身份证明): kind and number, or the name of the copy handed in.
    pub identity: String,
    /// Telephone, address or mail.
    pub contact: String,
}

/// A request as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Who asks.
    pub applicant: Applicant,
    /// The information wanted: name, document number or other features.
    pub wanted: String,
    /// On what.
    pub providing: Providing,
    /// By which way.
    pub obtaining: Obtaining,
}

/// What art. 29 asks for and a request lacks; each may be supplemented (art. 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// No name.
    #[error("请填写申请人的姓名或者名称（政府信息公开条例第二十九条第二款第一项）。")]
    Name,
    /// No identity proof.
    #[error("请提供申请人的身份证明（政府信息公开条例第二十九条第二款第一项）。")]
    Identity,
    /// No contact.
    #[error("请填写联系方式，以便答复和送达（政府信息公开条例第二十九条第二款第一项）。")]
    Contact,
    /// Nothing asked for.
    #[error("请写明所需信息的名称、文号，或者便于查询的其他特征（政府信息公开条例第二十九条第二款第二项）。")]
    Wanted,
    /// What is wanted cannot come that way.
    #[error("这种提供形式不能用这种途径取得，例如光盘不能传真、现场查阅须到场，请重新选择获取途径。")]
    Obtaining,
}

impl Form {
    /// What is missing, in the order of the form.
    pub fn missing(&self) -> Vec<Missing> {
        let Applicant { name, identity, contact, .. } = &self.applicant;
        let parts = [
            (name, Missing::Name),
            (identity, Missing::Identity),
            (contact, Missing::Contact),
            (&self.wanted, Missing::Wanted),
        ];
        let empty = parts.into_iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, missing)| missing);
        empty.chain((!self.providing.goes_by(self.obtaining)).then_some(Missing::Obtaining)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_who_asks_and_for_what() {
        let applicant = Applicant {
            kind: ApplicantKind::Person,
            name: " ".into(),
            identity: "居民身份证（示例）".into(),
            contact: String::new(),
        };
        let form =
            Form { applicant, wanted: "\n".into(), providing: Providing::Disc, obtaining: Obtaining::Fax };
        assert_eq!(form.missing(), [Missing::Name, Missing::Contact, Missing::Wanted, Missing::Obtaining]);
    }

    #[test]
    fn words_survive_in_the_record_and_in_json() {
        for way in Way::ALL {
            assert_eq!(Way::from_word(way.word()), Some(*way));
            assert_eq!(serde_json::to_value(way).unwrap(), way.word());
        }
        for kind in ApplicantKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        for (providing, obtaining) in Providing::ALL.iter().zip(Obtaining::ALL) {
            assert_eq!(serde_json::to_value(providing).unwrap(), providing.word());
            assert_eq!(serde_json::to_value(obtaining).unwrap(), obtaining.word());
        }
    }
}
